"""What the page that photographs is told."""

from __future__ import annotations

from directory.principal import Principal
from signalling.slices.guidance.messages import PaperGuideView, SaidHint
from signalling.slices.guidance.parts import Parts

TOPIC = "paper_guide"


async def show_guide(parts: Parts, principal: Principal, _key: str) -> PaperGuideView:
    """The clerk's hint for the material that the page is to photograph now."""
    guide = parts.guides.of(principal.person_id)
    if guide is None:
        return PaperGuideView(material_id=None, lies=None, said=None)
    fresh = guide.fresh(parts.clock.monotonic())
    return PaperGuideView(
        material_id=guide.material_id,
        lies=guide.lies,
        said=SaidHint(number=guide.number, hint=guide.hint) if fresh else None,
    )
