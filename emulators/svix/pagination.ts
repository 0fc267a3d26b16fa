import type { Context } from "hono";
import { badRequest, invalid } from "./errors.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 250;

/**
 * One page of `items`, which are sorted by ascending id, as Svix's `ListResponse`.
 * An iterator is the id of the last item seen; with a leading `-`, of the first.
 */
export function page<T extends { id: string }>(
  c: Context,
  items: T[],
  order: "ascending" | "descending",
): { data: T[]; iterator: string | null; prevIterator?: string; done: boolean } {
  const limit = readLimit(c);
  const asked = c.req.query("order") ?? order;
  const sorted = asked === "descending" ? items.toReversed() : items;
  const iterator = c.req.query("iterator") || undefined;
  const backwards = iterator?.startsWith("-") ?? false;
  const from = iterator?.replace(/^-/, "");
  const rest = from === undefined ? sorted : beyond(sorted, from, asked, backwards);
  const data = backwards ? rest.slice(-limit) : rest.slice(0, limit);
  const first = data[0];
  return {
    data,
    iterator: data.at(-1)?.id ?? null,
    ...(first ? { prevIterator: `-${first.id}` } : {}),
    done: rest.length <= limit,
  };
}

function beyond<T extends { id: string }>(
  sorted: T[],
  from: string,
  order: string,
  backwards: boolean,
): T[] {
  const upwards = (order === "ascending") !== backwards;
  return sorted.filter(({ id }) => (upwards ? id > from : id < from));
}

function readLimit(c: Context): number {
  const text = c.req.query("limit");
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^\d+$/.test(text)) {
    throw badRequest("generic_error", "Failed to deserialize query string: invalid limit");
  }
  const limit = Number(text);
  if (limit > MAX_LIMIT || limit < 1) {
    const msg = limit < 1 ? "Given limit must be at least 1" : "Given limit must not exceed 250";
    throw invalid(["query", "limit", "limit"], msg);
  }
  return limit;
}
