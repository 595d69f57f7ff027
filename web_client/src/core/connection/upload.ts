import { Upload } from "tus-js-client";
import type { Language, PageView } from "@/core/protocol";
import { asRefusal, Refusal, unreachable } from "./refusal";

/** One page on its way to the case file. */
export interface PageUpload {
  readonly caseId: string;
  readonly materialId: string;
  readonly capture: PageView["capture"];
  readonly image: Blob;
  /** The page that this one is taken again for. */
  readonly replaces: string | null;
  /** Filled in once the upload has begun; handed over again, it goes on there. */
  readonly place: UploadPlace;
}

/** Where an upload stands on the server; null before it has begun. */
export interface UploadPlace {
  url: string | null;
}

export interface UploadOptions {
  readonly token: () => string | null;
  /** The page's, which refusals are told in: the browser's own may be another. */
  readonly language: () => Language;
  /** Share delivered, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal?: AbortSignal;
}

const ENDPOINT = "/api/v1/uploads";
const CHUNK = 512 * 1024;
/** What is over in a moment; a longer break is told, and whoever sends goes on after it. */
const RETRY_MS = [0, 500, 1500];

const LOCKED = 423;
const DISK_FULL = 507;
const PASSING = new Set(["unreachable", "offset_mismatch", "upload_taken_over"]);

/** The SHA-256 of some bytes, in hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Whether the same can be tried again at once. A full disk (507) is no passing trouble: a person is told. */
export function worthRepeating({ code, status }: Refusal): boolean {
  return PASSING.has(code) || status === LOCKED || (status >= 500 && status !== DISK_FULL);
}

/** Whether what kept a page from the server goes by itself: the link, a service that starts anew, another try on its way. */
export function isPassing({ code, status }: Refusal): boolean {
  return [502, 503, 504].includes(status) || PASSING.has(code);
}

/** Uploads one page by tus 1.0, going on where a broken link stopped it; raises `Refusal`. */
export async function uploadPage(page: PageUpload, options: UploadOptions): Promise<void> {
  const digest = await sha256(await page.image.arrayBuffer());
  options.signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(page.image, {
      endpoint: ENDPOINT,
      uploadUrl: page.place.url,
      chunkSize: CHUNK,
      retryDelays: RETRY_MS,
      storeFingerprintForResuming: false,
      metadata: {
        case_id: page.caseId,
        material_id: page.materialId,
        sha256: digest,
        capture: page.capture,
        filetype: page.image.type,
        ...(page.replaces === null ? {} : { replaces: page.replaces }),
      },
      onBeforeRequest: (request) => {
        request.setHeader("Authorization", `Bearer ${options.token() ?? ""}`);
        request.setHeader("Accept-Language", options.language());
      },
      onProgress: (sent, total) => options.progress(total ? sent / total : 0),
      onUploadUrlAvailable: () => {
        page.place.url = upload.url;
      },
      onShouldRetry: (error) => worthRepeating(refusalOf(error)) && navigator.onLine,
      onSuccess: () => resolve(),
      onError: (error) => reject(refusalOf(error)),
    });
    options.signal?.addEventListener("abort", () => {
      void upload.abort();
      reject(options.signal?.reason);
    });
    upload.start();
  });
}

function refusalOf(error: Error): Refusal {
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!isResponse(response)) return unreachable();
  try {
    const problem = JSON.parse(response.getBody()) as { code: string; message: string };
    return Refusal.fromServer(problem.code, problem.message, response.getStatus());
  } catch {
    // A proxy speaks for a service that is away.
    return response.getStatus() > 500 ? unreachable() : asRefusal(error);
  }
}

function isResponse(value: unknown): value is { getBody(): string; getStatus(): number } {
  return typeof value === "object" && value !== null && "getBody" in value && "getStatus" in value;
}
