import type { Context } from "hono";
import type { InstanceContext } from "./context.ts";
import { invalidValue, unsupported } from "./errors.ts";
import type { User } from "./state.ts";

const FILTERS: Record<string, (user: User) => (string | null)[]> = {
  email_address: (user) => user.emailAddresses.map(({ emailAddress }) => emailAddress),
  user_id: (user) => [user.id],
  external_id: (user) => [user.externalId],
  username: (user) => [user.username],
};

const OTHERS = new Set(["limit", "offset", "order_by"]);

/** The users a query selects, newest first unless `order_by` says `created_at`. */
export function selectUsers(c: Context, { instance }: InstanceContext): User[] {
  const queries = c.req.queries();
  for (const param of Object.keys(queries)) {
    if (!(param in FILTERS) && !OTHERS.has(param)) throw unsupported(`users by \`${param}\``);
  }
  const selected = [...instance.users.values()].filter((user) =>
    Object.entries(FILTERS).every(([param, valuesOf]) => {
      const wanted = queries[param];
      return wanted === undefined || valuesOf(user).some((value) => wanted.includes(value ?? ""));
    }),
  );
  const order = c.req.query("order_by") ?? "-created_at";
  if (!/^[-+ ]?created_at$/.test(order)) throw invalidValue("order_by");
  selected.sort((a, b) => a.createdAt - b.createdAt);
  return order.startsWith("-") ? selected.toReversed() : selected;
}
