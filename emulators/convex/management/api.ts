import { Hono } from "hono";
import { answerError, notEmulated } from "../errors.ts";
import type { Directory } from "./directory.ts";
import { cliRoutes } from "./routes/cli.ts";
import { deployKeyRoutes } from "./routes/deploy-keys.ts";
import { deploymentListRoutes } from "./routes/deployment-lists.ts";
import { deploymentRoutes } from "./routes/deployments.ts";
import { projectRoutes } from "./routes/projects.ts";
import { teamRoutes } from "./routes/team.ts";

/** The management host: the Management API under `/v1`, and what the CLI asks under `/api`. */
export function managementApp(directory: Directory): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound(notEmulated);
  // One request at a time, so that what a request found free is still free when it takes it.
  let turn: Promise<unknown> = Promise.resolve();
  app.use((_, next) => {
    const mine = turn.then(next);
    turn = mine.catch(() => undefined);
    return mine;
  });
  app.route("/v1", teamRoutes(directory));
  app.route("/v1", projectRoutes(directory));
  app.route("/v1", deploymentRoutes(directory));
  app.route("/v1", deploymentListRoutes(directory));
  app.route("/v1", deployKeyRoutes(directory));
  app.route("/api", cliRoutes(directory));
  return app;
}
