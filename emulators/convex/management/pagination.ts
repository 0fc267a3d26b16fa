import type { Context } from "hono";
import { BackendError } from "../errors.ts";

const longest = 100;

/** Where an item stands: by a value, then by its id. */
type Position = [value: string | number, id: number];

/**
 * One page of a list, with the cursor of the next. A cursor says where the page ended, so that what is
 * added or deleted meanwhile moves nothing.
 *
 * @throws {BackendError} 400 `InvalidLimit` or `InvalidCursor`
 */
export function page<T extends { id: number }>(
  context: Context,
  items: readonly T[],
  rankOf: (item: T) => string | number,
  descending: boolean,
) {
  const limit = limitOf(context);
  const sign = descending ? -1 : 1;
  const positionOf = (item: T): Position => [rankOf(item), item.id];
  const cursor = cursorOf(context);
  const rest = items
    .filter((item) => cursor === undefined || sign * compare(positionOf(item), cursor) > 0)
    .sort((one, other) => sign * compare(positionOf(one), positionOf(other)));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rest.length > shown.length;
  const nextCursor = hasMore && last ? encode(positionOf(last)) : null;
  return { items: shown, pagination: { hasMore, nextCursor } };
}

function compare([value, id]: Position, [other, otherId]: Position): number {
  if (value !== other) return value < other ? -1 : 1;
  return id - otherId;
}

function limitOf(context: Context): number {
  const limit = Number(context.req.query("limit") ?? longest);
  if (Number.isInteger(limit) && limit >= 1 && limit <= longest) return limit;
  throw new BackendError(400, "InvalidLimit", `limit must be between 1 and ${longest}`);
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function cursorOf(context: Context): Position | undefined {
  const cursor = context.req.query("cursor");
  if (cursor === undefined) return undefined;
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Number.isInteger(id)) return [value, id];
  } catch {
    // Refused below, as what is no position is.
  }
  throw new BackendError(400, "InvalidCursor", "The cursor is invalid");
}
