// The few requests of the library: the session says who, the header says which organization.

export interface Asset {
  id: string;
  name: string;
  file_url: string;
  mime_type: string;
  /** In bytes. */
  file_size: number;
  alt: string | null;
  width: number | null;
  height: number | null;
}

export function headersFor(organization: string): Record<string, string> {
  return { accept: "application/json", "contentpilot-organization": organization };
}

/** What a problem document says, in one text. */
export function wordsOf(text: string): string {
  try {
    const problem = JSON.parse(text);
    const errors: { message: string }[] = problem.errors ?? [];
    return errors.map(({ message }) => message).join(" ") || problem.detail || problem.title || "";
  } catch {
    return "";
  }
}

async function post<T>(organization: string, path: string, body: unknown): Promise<T> {
  const headers = { ...headersFor(organization), "content-type": "application/json" };
  const answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(wordsOf(text) || `The server answered ${answer.status}.`);
  return JSON.parse(text);
}

/** The id of the folder of a path, which is made where it is missing. */
export async function folderOf(organization: string, path: string): Promise<string> {
  return (await post<{ id: string }>(organization, "/folders/ensure", { path })).id;
}

export async function readAsset(organization: string, id: string): Promise<Asset> {
  const answer = await fetch(`/api/v1/media/${id}`, { headers: headersFor(organization) });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}
