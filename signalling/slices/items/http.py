"""The items that a resident may ask for, and the papers they need."""

from __future__ import annotations

from directory.catalogue import Catalogue, required_materials
from directory.errors import NoSuchItem
from directory.principal import Permission
from directory.records import Referral, ServiceItem
from directory.search import Found
from signalling.slices.items.messages import (
    DepartmentBody,
    DepartmentsBody,
    ItemBody,
    ItemsBody,
    ItemSummary,
    LifeEventBody,
    LifeEventsBody,
    MaterialsBody,
    OptionBody,
    ReferralBody,
    RequiredMaterialBody,
    SituationBody,
)
from signalling.slices.items.ports import field_body
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual


async def find_items(catalogue: Catalogue, call: Call) -> ItemsBody:
    """Items by what residents call them in `query`, or those of a life event or a department."""
    found = _found(catalogue, call)
    offered = [] if found.items and not found.near else catalogue.any_matter
    return ItemsBody(
        items=[_summary(catalogue, item) for item in found.items],
        near=found.near,
        referrals=[_referral(one) for one in found.referrals],
        any_matter=[_summary(catalogue, item) for item in offered],
    )


async def read_life_events(catalogue: Catalogue, _call: Call) -> LifeEventsBody:
    """The groups of items."""
    return LifeEventsBody(
        life_events=[
            LifeEventBody(
                life_event_id=event.id,
                name=Bilingual.name(event),
                items=len(catalogue.items_of(event.id)),
            )
            for event in catalogue.life_events
        ]
    )


async def read_departments(catalogue: Catalogue, _call: Call) -> DepartmentsBody:
    """The departments that have items."""
    return DepartmentsBody(
        departments=[
            DepartmentBody(department_id=one.id, name=Bilingual.name(one), items=len(catalogue.items_by(one.id)))
            for one in catalogue.departments
        ]
    )


async def read_item(catalogue: Catalogue, call: Call) -> ItemBody:
    """An item with its situation questions and form fields."""
    item = catalogue.item(call.path("item_id"))
    summary = _summary(catalogue, item)
    return ItemBody(
        item_id=item.id,
        name=summary.name,
        department=summary.department,
        life_event_id=item.life_event_id,
        expected_minutes=item.expected_minutes,
        # What only an answer asks for is asked for in the form that is filled in together.
        fields=[field_body(one) for one in item.fields if not one.options],
        situations=[
            SituationBody(
                situation_id=one.id,
                question=Bilingual(zh=one.question_zh, en=one.question_en),
                options=[
                    OptionBody(option_id=option.id, label=Bilingual(zh=option.label_zh, en=option.label_en))
                    for option in one.options
                ],
            )
            for one in item.situations
        ],
    )


async def read_materials(catalogue: Catalogue, call: Call) -> MaterialsBody:
    """The papers of an item under the answers in `options`, separated by commas."""
    item = catalogue.item(call.path("item_id"))
    options = call.request.query.get("options", "")[:4000].split(",")
    return MaterialsBody(
        materials=[
            RequiredMaterialBody(
                material_id=one.id,
                name=Bilingual.name(one),
                held_by=_department(catalogue, one.held_by) if one.held_by else None,
            )
            for one in required_materials(item, options)
        ]
    )


def _found(catalogue: Catalogue, call: Call) -> Found:
    if event := call.query("life_event"):
        return Found(catalogue.items_of(event))
    if department := call.query("department"):
        return Found(catalogue.items_by(department))
    return catalogue.search(call.query("query"))


def _summary(catalogue: Catalogue, item: ServiceItem) -> ItemSummary:
    return ItemSummary(
        item_id=item.id,
        name=Bilingual.name(item),
        department=_department(catalogue, item.department_id),
        life_event_id=item.life_event_id,
        expected_minutes=item.expected_minutes,
    )


def _referral(one: Referral) -> ReferralBody:
    return ReferralBody(
        referral_id=one.id,
        name=Bilingual.name(one),
        advice=Bilingual(zh=one.advice_zh, en=one.advice_en),
        phone=one.phone,
    )


def _department(catalogue: Catalogue, department_id: str) -> Bilingual:
    return Bilingual.name(catalogue.department(department_id))


_NO_ITEM = frozenset({NoSuchItem})
_QUERY = Parameter("query", "query", "Words of the name, pinyin, initials or English; without any, the most asked for")
_EVENT = Parameter(
    "life_event", "query", "A life event: its items, those most asked for first; `query` is then not read"
)
_DEPARTMENT = Parameter(
    "department", "query", "A department: its items, those most asked for first; `query` is then not read"
)
_OPTIONS = Parameter("options", "query", "Identifiers of the answers chosen, separated by commas")

ENDPOINTS: tuple[Endpoint[Catalogue], ...] = (
    Endpoint(
        "GET",
        "/api/v1/items",
        "Find items",
        find_items,
        answer=ItemsBody,
        permission=Permission.READ_ITEMS,
        details=Details(parameters=(_QUERY, _EVENT, _DEPARTMENT)),
    ),
    Endpoint(
        "GET",
        "/api/v1/life-events",
        "Read the groups of items",
        read_life_events,
        answer=LifeEventsBody,
        permission=Permission.READ_ITEMS,
    ),
    Endpoint(
        "GET",
        "/api/v1/departments",
        "Read the departments that have items",
        read_departments,
        answer=DepartmentsBody,
        permission=Permission.READ_ITEMS,
    ),
    Endpoint(
        "GET",
        "/api/v1/items/{item_id}",
        "Read an item",
        read_item,
        answer=ItemBody,
        permission=Permission.READ_ITEMS,
        details=Details(refusals=_NO_ITEM),
    ),
    Endpoint(
        "GET",
        "/api/v1/items/{item_id}/materials",
        "Read the papers of an item",
        read_materials,
        answer=MaterialsBody,
        permission=Permission.READ_ITEMS,
        details=Details(parameters=(_OPTIONS,), refusals=_NO_ITEM),
    ),
)
