import { computed, ref, shallowRef } from "vue";
import type { Emitter } from "@/core/connection/emitter";
import { Pictures } from "@/core/connection/pictures";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import type { CaseView, DocumentView, Mark, MaterialView, ViewEvent } from "@/core/protocol";
import { say } from "@/kit/i18n";
import { type Arrival, arrived, pagesOf } from "./reading";

/** Where the views of a case come from. */
export interface CaseSource {
  readonly views: Emitter<ViewEvent>;
  watch(caseId: string): Promise<void>;
  unwatch(caseId: string): Promise<void>;
}

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

/** The clerk's view of one case: the newest case file, what lies open on the stage, and a rejection being written. */
export class CaseDesk {
  readonly view = shallowRef<CaseView | null>(null);
  readonly opened = ref<Opened | null>(null);
  readonly at = ref(0);
  readonly rejecting = ref<string | null>(null);
  readonly mark = shallowRef<Mark | null>(null);
  readonly arrivals = shallowRef<readonly Arrival[]>([]);
  /** The address of the recordings that are played on the stage. */
  readonly replay = ref<string | null>(null);
  readonly pictures: Pictures;
  #caseId: string | null = null;

  readonly material = computed(() => this.#find("material", this.view.value?.materials, "material_id"));
  readonly document = computed(() => this.#find("document", this.view.value?.documents, "document_id"));
  readonly sheets = computed<readonly Sheet[]>(() => {
    if (this.material.value) return sheetsOf(this.material.value);
    return this.document.value ? pagesOfDocument(this.document.value) : [];
  });
  readonly sheet = computed(
    () => this.sheets.value[Math.min(this.at.value, this.sheets.value.length - 1)] ?? null,
  );
  readonly title = computed(() => {
    const named = this.material.value?.name ?? this.document.value?.title;
    return named ? say(named) : "";
  });

  constructor(
    private readonly source: CaseSource,
    bytes: (path: string) => Promise<Blob>,
    private readonly refused: (refusal: Refusal) => void,
  ) {
    this.pictures = new Pictures(bytes);
    source.views.listen(({ topic, data }) => {
      if (data.type === "case_view" && topic === `case:${this.#caseId}`) this.#receive(data);
    });
  }

  /** Turns to another case, or to none; nothing of the former one stays. */
  async follow(caseId: string | null): Promise<void> {
    if (caseId === this.#caseId) return;
    const former = this.#caseId;
    this.#caseId = caseId;
    this.view.value = null;
    this.arrivals.value = [];
    this.close();
    this.pictures.forget();
    try {
      if (former) await this.source.unwatch(former);
      if (caseId) await this.source.watch(caseId);
    } catch (error) {
      this.refused(asRefusal(error));
    }
  }

  /** Lays a material or a document open on the stage, at one of its pages. */
  open(opened: Opened, pageId: string | null = null): void {
    if (this.rejecting.value !== null && opened.id !== this.rejecting.value) this.stopRejecting();
    this.replay.value = null;
    this.opened.value = opened;
    this.arrivals.value = this.arrivals.value.filter((one) => one.material.material_id !== opened.id);
    const index = this.sheets.value.findIndex((sheet) => sheet.pageId === pageId);
    this.at.value = Math.max(0, index);
  }

  /** Clears the stage. */
  close(): void {
    this.stopRejecting();
    this.replay.value = null;
    this.opened.value = null;
    this.at.value = 0;
  }

  /** Begins to reject a material: its page is laid open, and can be marked. */
  startRejecting(material: MaterialView): void {
    const shown = this.material.value?.material_id === material.material_id;
    if (!shown)
      this.open({ kind: "material", id: material.material_id }, pagesOf(material)[0]?.page_id ?? null);
    this.mark.value = null;
    this.rejecting.value = material.material_id;
  }

  stopRejecting(): void {
    this.rejecting.value = null;
    this.mark.value = null;
  }

  /** Takes the notice of an arrival away. */
  dismiss(arrival: Arrival): void {
    this.arrivals.value = this.arrivals.value.filter((one) => one !== arrival);
  }

  #receive(view: CaseView): void {
    const news = arrived(this.view.value, view);
    this.view.value = view;
    const last = news.at(-1);
    if (!last) return;
    // What is being looked at is not pushed aside: another material's page is only announced.
    const free = !this.opened.value || this.opened.value.id === last.material.material_id;
    if (free && this.rejecting.value === null) {
      this.open({ kind: "material", id: last.material.material_id }, last.page.page_id);
    } else {
      this.arrivals.value = [...this.arrivals.value, ...news].slice(-3);
    }
  }

  #find<K extends string, T extends Record<K, unknown>>(
    kind: Opened["kind"],
    all: T[] | undefined,
    key: K,
  ): T | null {
    const opened = this.opened.value;
    if (opened?.kind !== kind) return null;
    return all?.find((one) => one[key] === opened.id) ?? null;
  }
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
