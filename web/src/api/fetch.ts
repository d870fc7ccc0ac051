/** One way to ask the hub: JSON in, or a `HubError` that a person can read. */

export class HubError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly remedy: string | null = null,
  ) {
    super(message);
    this.name = "HubError";
  }
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: { remedy?: string }[];
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!response.ok) throw await toError(response);
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await toError(response);
  return (await response.json()) as T;
}

/** A query string of the given values; those without a value are left out. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
}

async function toError(response: Response): Promise<HubError> {
  const problem = await response
    .json()
    .then((body: unknown) => body as Problem)
    .catch((): Problem => ({}));
  const message = problem.detail ?? problem.title ?? response.statusText;
  return new HubError(message, response.status, problem.errors?.[0]?.remedy ?? null);
}
