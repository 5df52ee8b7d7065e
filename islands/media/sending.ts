// One file on its way to the library, by the protocol tus: it goes on after a lost connection or a server that started anew.
import { Upload, type DetailedError } from "tus-js-client";
import { headersFor, wordsOf } from "./api";

/** Waits between attempts, in milliseconds; a server that starts anew is back within them. */
const RETRIES = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];

export interface Progress {
  /** From 0 to 1. */
  onProgress(part: number): void;
  /** `isKnown`: the library had the same file before. */
  onDone(asset: string, isKnown: boolean): void;
  onRefused(words: string, mayRetry: boolean): void;
  onWaiting(): void;
}

export interface Target {
  organization: string;
  folder: string;
  alt?: string;
}

/** An upload that can be ended, with what it brought. */
export interface Sending {
  stop(): void;
}

/** How far a file is, in words, for those who show one at a time. */
export function inOneLine(file: File, say: (words: string) => void): Pick<Progress, "onProgress" | "onWaiting"> {
  return {
    onProgress: (part) => say(part < 1 ? `${file.name}: ${Math.floor(part * 100)} %` : `${file.name} is being checked`),
    onWaiting: () => say(`${file.name}: the connection is lost. It goes on by itself.`),
  };
}

export function send(file: File, target: Target, progress: Progress): Sending {
  const metadata: Record<string, string> = { filename: file.name, filetype: file.type };
  if (target.folder) metadata.folder_id = target.folder;
  if (target.alt) metadata.alt = target.alt;
  let [asset, isKnown, isStopped] = ["", false, false];
  const upload = new Upload(file, {
    endpoint: "/api/v1/media/uploads",
    headers: headersFor(target.organization),
    metadata,
    retryDelays: RETRIES,
    // The folder is part of what makes two uploads the same.
    fingerprint: async (one) => ["tus", target.organization, target.folder, (one as File).name, (one as File).size, (one as File).lastModified].join("-"),
    removeFingerprintOnSuccess: true,
    onAfterResponse: (_request, response) => {
      asset = response.getHeader("Media-Asset") ?? asset;
      isKnown ||= response.getHeader("Media-Duplicate") === "true";
    },
    onShouldRetry: (error) => {
      const status = (error as DetailedError).originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      if (again) progress.onWaiting();
      return again;
    },
    onProgress: (sent, total) => progress.onProgress(total ? sent / total : 1),
    onSuccess: () => progress.onDone(asset, isKnown),
    onError: (error) => {
      const response = (error as DetailedError).originalResponse;
      const words = response ? wordsOf(response.getBody()) : "";
      const status = response?.getStatus() ?? 0;
      const mayRetry = status === 0 || status >= 500;
      progress.onRefused(words || (mayRetry ? "The server cannot be reached. What was sent is kept there; try again." : `The server answered ${status}.`), mayRetry);
    },
  });
  void upload.findPreviousUploads().then((previous) => {
    if (isStopped) return;
    if (previous[0]) upload.resumeFromPreviousUpload(previous[0]);
    upload.start();
  });
  return {
    stop: () => {
      isStopped = true;
      void upload.abort(true);
    },
  };
}
