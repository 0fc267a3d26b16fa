import { Hono } from "hono";
import { requireToken } from "../access.ts";
import type { Directory } from "../directory.ts";
import { requireTeamOfPath } from "../lookup.ts";
import { deploymentClasses, deploymentRegions } from "../rules.ts";
import { tokenResponse } from "../wire.ts";

/** The token itself, and what the team may choose of. */
export function teamRoutes(directory: Directory): Hono {
  const app = new Hono();

  app.get("/token_details", (c) => c.json(tokenResponse(requireToken(directory, c))));

  app.get("/teams/:team_id/list_deployment_classes", (c) => {
    requireToken(directory, c);
    requireTeamOfPath(c);
    return c.json({ items: deploymentClasses.map((type) => ({ type, available: true })) });
  });

  app.get("/teams/:team_id/list_deployment_regions", (c) => {
    requireToken(directory, c);
    requireTeamOfPath(c);
    return c.json({ items: deploymentRegions.map((region) => ({ ...region, available: true })) });
  });

  return app;
}
