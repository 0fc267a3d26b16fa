import { Configuration, checkConfiguration, configurationSpec } from "./configuration.ts";
import { handlers } from "./handlers/index.ts";
import type { ProviderPackage } from "./protocol/definition.ts";
import { packageSchema } from "./schema.ts";
import { Vendors } from "./vendors.ts";

const version = "0.1.0";

/** The package `clerkconvex` as the plugin serves it. */
export const clerkConvexPackage: ProviderPackage<Vendors> = {
  version,
  schema: () =>
    packageSchema(
      version,
      configurationSpec,
      handlers.map(({ spec }) => spec),
    ),
  configuration: configurationSpec,
  checkConfiguration,
  connect(configured, signal) {
    const configuration = new Configuration(configured, process.env);
    return { vendors: new Vendors(configuration, signal), secrets: configuration.secrets };
  },
  handlers,
};
