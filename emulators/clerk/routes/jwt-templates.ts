import { Hono } from "hono";
import { paged, readForm } from "../form.ts";
import { findTemplate, saveTemplate } from "../templates.ts";
import { deletedOut, templateOut } from "../wire.ts";
import { type ClerkEnv, instanceOf, param } from "./env.ts";

export function jwtTemplateRoutes(): Hono<ClerkEnv> {
  return new Hono<ClerkEnv>()
    .get("/jwt_templates", (c) => {
      const newestFirst = [...instanceOf(c).instance.templates.values()].toReversed();
      if (c.req.query("paginated") !== "true") return c.json(newestFirst.map(templateOut));
      const data = paged(c, newestFirst).map(templateOut);
      return c.json({ data, total_count: newestFirst.length });
    })
    .post("/jwt_templates", async (c) =>
      c.json(templateOut(saveTemplate(instanceOf(c), await readForm(c)))),
    )
    .get("/jwt_templates/:id", (c) =>
      c.json(templateOut(findTemplate(instanceOf(c), "id", param(c, "id")))),
    )
    .patch("/jwt_templates/:id", async (c) => {
      const existing = findTemplate(instanceOf(c), "id", param(c, "id"));
      return c.json(templateOut(saveTemplate(instanceOf(c), await readForm(c), existing)));
    })
    .delete("/jwt_templates/:id", (c) => {
      const { id } = findTemplate(instanceOf(c), "id", param(c, "id"));
      instanceOf(c).instance.templates.delete(id);
      return c.json(deletedOut("jwt_template", id));
    });
}
