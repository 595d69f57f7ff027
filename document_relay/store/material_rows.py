"""A new material of a case."""

from __future__ import annotations

from document_relay.case_core.lives import MaterialState
from document_relay.case_core.wording import Words
from document_relay.store.folder import Folder, Tools
from document_relay.store.tables import MaterialRow


def material_row(
    tools: Tools, folder: Folder, position: int, names: Words, held: tuple[str | None, str | None] = (None, None)
) -> MaterialRow:
    """The row, with names in both languages and those of the department that holds it already."""
    material_id = tools.identifiers.new()
    return MaterialRow(
        id=material_id,
        case_id=folder.row.id,
        position=position,
        state=MaterialState.REQUESTED,
        names=folder.key.seal(names, f"names {material_id}"),
        held_zh=held[0],
        held_en=held[1],
        note=folder.key.seal("", f"note {material_id}"),
        asked_now=False,
    )
