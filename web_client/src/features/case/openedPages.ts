import { computed, type Ref, ref, shallowRef } from "vue";
import type { CaseView, DocumentView, Mark, MaterialView } from "@/core/protocol";
import { say } from "@/kit/i18n";
import { pagesOf } from "./reading";

/** What lies open on the stage. */
export interface Opened {
  readonly kind: "material" | "document";
  readonly id: string;
}

/** One picture to show: a page of a material, which can be marked, or of a document, which cannot. */
export interface Sheet {
  readonly path: string;
  readonly pageId: string | null;
  readonly mark: Mark | null;
  readonly replaced: boolean;
}

/** What of a case lies open on the stage, at which page, and a rejection being written about it. */
export function openedPages(view: Ref<CaseView | null>) {
  const opened = ref<Opened | null>(null);
  const at = ref(0);
  const { rejecting, mark, stopRejecting, placing, marking, startPlacing, stopPlacing } = rejection();
  /** A place to be shown on the page that lies open. */
  const pointed = shallowRef<Mark | null>(null);
  /** The address of the recordings that are played on the stage. */
  const replay = ref<string | null>(null);
  const reading = useReading(view, opened, at, pointed);

  /** Lays a material or a document open on the stage, at one of its pages. */
  function open(wanted: Opened, pageId: string | null = null): void {
    if (rejecting.value !== null && wanted.id !== rejecting.value) stopRejecting();
    replay.value = null;
    pointed.value = null;
    opened.value = wanted;
    const index = reading.sheets.value.findIndex((sheet) => sheet.pageId === pageId);
    at.value = Math.max(0, index);
  }

  /** Clears the stage. */
  function close(): void {
    stopRejecting();
    replay.value = null;
    pointed.value = null;
    opened.value = null;
    at.value = 0;
  }

  /** Begins to reject a material: its page is laid open, and can be marked. */
  function startRejecting(material: MaterialView): void {
    const shown = reading.material.value?.material_id === material.material_id;
    if (!shown) open({ kind: "material", id: material.material_id }, pagesOf(material)[0]?.page_id ?? null);
    mark.value = null;
    rejecting.value = material.material_id;
  }

  const acts = { open, close, startRejecting, stopRejecting, startPlacing, stopPlacing };
  return { opened, at, rejecting, placing, marking, mark, pointed, replay, ...reading, ...acts };
}

function rejection() {
  const rejecting = ref<string | null>(null);
  const mark = shallowRef<Mark | null>(null);
  /** Whether a place is drawn for something else than a rejection. */
  const placing = ref(false);
  const marking = computed(() => placing.value || rejecting.value !== null);

  function stopRejecting(): void {
    rejecting.value = null;
    mark.value = null;
  }

  function startPlacing(): void {
    stopRejecting();
    placing.value = true;
  }

  function stopPlacing(): void {
    placing.value = false;
    mark.value = null;
  }

  return { rejecting, mark, stopRejecting, placing, marking, startPlacing, stopPlacing };
}

function useReading(
  view: Ref<CaseView | null>,
  opened: Ref<Opened | null>,
  at: Ref<number>,
  pointed: Ref<Mark | null>,
) {
  const idOf = (kind: Opened["kind"]) => (opened.value?.kind === kind ? opened.value.id : null);
  const material = computed(
    () => view.value?.materials.find((one) => one.material_id === idOf("material")) ?? null,
  );
  const document = computed(
    () => view.value?.documents.find((one) => one.document_id === idOf("document")) ?? null,
  );
  const sheets = computed<readonly Sheet[]>(() => {
    if (material.value) return sheetsOf(material.value);
    return document.value ? pagesOfDocument(document.value) : [];
  });
  const sheet = computed<Sheet | null>(() => {
    const found = sheets.value[Math.min(at.value, sheets.value.length - 1)];
    if (!found) return null;
    return pointed.value && pointed.value.page_id === found.pageId
      ? { ...found, mark: pointed.value }
      : found;
  });
  const title = computed(() => {
    const named = material.value?.name ?? document.value?.title;
    return named ? say(named) : "";
  });
  return { material, document, sheets, sheet, title };
}

/** The seal in the address keeps a picture of the paper before its seal from standing for the sealed one. */
function pagesOfDocument({ page_urls, sealed_at }: DocumentView): Sheet[] {
  return page_urls.map((url) => {
    return { path: `${url}#${sealed_at ?? ""}`, pageId: null, mark: null, replaced: false };
  });
}

function sheetsOf(material: MaterialView): Sheet[] {
  const mark = material.review?.mark ?? null;
  const pages = [...pagesOf(material), ...material.pages.filter((page) => page.replaced)];
  return pages.map((page) => ({
    path: page.image_url,
    pageId: page.page_id,
    mark: mark?.page_id === page.page_id ? mark : null,
    replaced: page.replaced,
  }));
}
