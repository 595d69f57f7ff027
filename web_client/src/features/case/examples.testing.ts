import type { CaseView, MaterialView, PageView } from "@/core/protocol";

/** A page for tests, with what matters given. */
export function examplePage(page_id: string, given: Partial<PageView> = {}): PageView {
  return {
    page_id,
    number: 1,
    image_url: `/pages/${page_id}`,
    thumbnail_url: `/pages/${page_id}/thumbnail`,
    width: 1240,
    height: 1754,
    verdict: "good",
    findings: [],
    capture: "document_camera",
    delivered_at: "2026-11-23T02:00:00Z",
    replaced: false,
    ...given,
  };
}

/** A material for tests, with what matters given. */
export function exampleMaterial(material_id: string, given: Partial<MaterialView> = {}): MaterialView {
  return {
    material_id,
    name: { zh: "居民身份证", en: "Identity card" },
    state: "requested",
    held_by: null,
    note: "",
    asked_now: false,
    still_asked: false,
    pages: [],
    review: null,
    ...given,
  };
}

/** A case for tests, with what matters given. */
export function exampleCase(given: Partial<CaseView> = {}): CaseView {
  return {
    type: "case_view",
    case_id: "case-1",
    in_hand: true,
    number: "20261123-ABCDEF",
    state: "open",
    item_name: { zh: "高龄津贴申领", en: "Old-age allowance" },
    applicant_name: "王秀英",
    answers: [],
    fields: [],
    materials: [],
    documents: [],
    decision: null,
    rating: null,
    pdf_url: "/cases/case-1/pdf",
    recording_url: null,
    replay_url: null,
    evidence_url: null,
    history: [],
    ...given,
  };
}
