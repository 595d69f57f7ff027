import { Upload } from "tus-js-client";
import type { PageView } from "../protocol";
import { asRefusal, Refusal, unreachable } from "./refusal";

/** One page on its way to the case file. */
export interface PageUpload {
  readonly caseId: string;
  readonly materialId: string;
  readonly capture: PageView["capture"];
  readonly image: Blob;
}

export interface UploadOptions {
  readonly token: () => string | null;
  /** Share delivered, 0 to 1. */
  readonly progress: (share: number) => void;
  readonly signal?: AbortSignal;
}

const ENDPOINT = "/api/v1/uploads";
const CHUNK = 512 * 1024;
const RETRY_MS = [0, 500, 1500, 3000, 5000, 8000];

/** The SHA-256 of some bytes, in hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Uploads one page by tus 1.0, going on where a broken link stopped it; raises `Refusal`. */
export async function uploadPage(page: PageUpload, options: UploadOptions): Promise<void> {
  const digest = await sha256(await page.image.arrayBuffer());
  options.signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(page.image, {
      endpoint: ENDPOINT,
      chunkSize: CHUNK,
      retryDelays: RETRY_MS,
      storeFingerprintForResuming: false,
      metadata: {
        case_id: page.caseId,
        material_id: page.materialId,
        sha256: digest,
        capture: page.capture,
        filetype: page.image.type,
      },
      onBeforeRequest: (request) => request.setHeader("Authorization", `Bearer ${options.token() ?? ""}`),
      onProgress: (sent, total) => options.progress(total ? sent / total : 0),
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
    return asRefusal(error);
  }
}

function isResponse(value: unknown): value is { getBody(): string; getStatus(): number } {
  return typeof value === "object" && value !== null && "getBody" in value && "getStatus" in value;
}
