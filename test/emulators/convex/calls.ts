import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError, type Value } from "convex/values";

export interface Outcome {
  value?: Value;
  /** `data` is that of a ConvexError. */
  error?: { message: string; data?: Value };
}

/** Calls a function as an app does, with a token or without. */
export async function callPublic(
  { url }: { url: string },
  path: string,
  options: {
    type?: "query" | "mutation" | "action";
    args?: Record<string, Value>;
    token?: string;
  } = {},
): Promise<Outcome> {
  const client = new ConvexHttpClient(url, { logger: false });
  if (options.token !== undefined) client.setAuth(options.token);
  const type = options.type ?? "query";
  const call = client[type].bind(client) as (path: unknown, args: unknown) => Promise<Value>;
  try {
    return { value: await call(makeFunctionReference<typeof type>(path), options.args ?? {}) };
  } catch (error) {
    if (error instanceof ConvexError) {
      return { error: { message: error.message, data: error.data as Value } };
    }
    return { error: { message: error instanceof Error ? error.message : String(error) } };
  }
}
