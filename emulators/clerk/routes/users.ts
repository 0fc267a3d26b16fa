import { type Context, Hono } from "hono";
import { paged, readForm } from "../form.ts";
import { readMetadataForm, readNewUser, readUserChange } from "../user-form.ts";
import { selectUsers } from "../user-query.ts";
import { createUser, deleteUser, findUser, updateUser } from "../users.ts";
import { deletedOut, userOut } from "../wire.ts";
import { type ClerkEnv, instanceOf, param } from "./env.ts";

export function userRoutes(): Hono<ClerkEnv> {
  const userOf = (c: Context<ClerkEnv>) => findUser(instanceOf(c), param(c, "id"));
  return new Hono<ClerkEnv>()
    .get("/users", (c) => c.json(paged(c, selectUsers(c, instanceOf(c))).map(userOut)))
    .get("/users/count", (c) =>
      c.json({ object: "total_count", total_count: selectUsers(c, instanceOf(c)).length }),
    )
    .post("/users", async (c) => {
      const fields = readNewUser(await readForm(c));
      return c.json(userOut(createUser(instanceOf(c), fields)));
    })
    .get("/users/:id", (c) => c.json(userOut(userOf(c))))
    .patch("/users/:id", async (c) => {
      const user = userOf(c);
      const change = readUserChange(await readForm(c), user);
      return c.json(userOut(updateUser(instanceOf(c), user, change)));
    })
    .put("/users/:id/metadata", async (c) => {
      const user = userOf(c);
      const fields = readMetadataForm(await readForm(c));
      return c.json(userOut(updateUser(instanceOf(c), user, fields)));
    })
    .patch("/users/:id/metadata", async (c) => {
      const user = userOf(c);
      const given = Object.entries(readMetadataForm(await readForm(c)));
      const merged = given.map(([name, value]) => [
        name,
        merge(user[name as "publicMetadata"], value),
      ]);
      return c.json(userOut(updateUser(instanceOf(c), user, Object.fromEntries(merged))));
    })
    .delete("/users/:id", (c) => {
      const user = userOf(c);
      deleteUser(instanceOf(c), user);
      return c.json(deletedOut("user", user.id, user.externalId));
    });
}

type Json = Record<string, unknown>;

/** Deep; null removes a key. */
function merge(into: Json, from: Json): Json {
  const merged = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? merge(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
