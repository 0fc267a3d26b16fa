/*
 * Which room may import what. A path of another room in a rule's `to` is what is refused; `npm test` runs
 * this as `depcruise infra convex scripts emulators`.
 */

const pulumi = "^node_modules/@pulumi/";
const grpc = "^node_modules/(@grpc|google-protobuf|@pulumi/pulumi/proto)(/|$)";
/** Scripts that bring up stand-ins: they are no part of what runs against the vendors. */
const withEmulators = "^scripts/(local|bench|codegen|console)(/|\\.ts$)";

function refuse(name, comment, from, to) {
  return {
    name,
    comment,
    severity: "error",
    from: typeof from === "string" ? { path: from } : from,
    to: typeof to === "string" ? { path: to } : to,
  };
}

export default {
  forbidden: [
    refuse(
      "no-cycle",
      "modules do not need each other to load; types alone are needed by the compiler only",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    {
      ...refuse(
        "no-cycle-of-rooms",
        "folders do not import each other at all",
        {},
        { circular: true },
      ),
      scope: "folder",
    },
    refuse("no-lost-import", "what is imported is there", {}, { couldNotResolve: true }),
    refuse(
      "no-dev-dependency",
      "what a real environment runs on is a dependency, not a devDependency",
      "^(infra|convex)/",
      { dependencyTypes: ["npm-dev"] },
    ),
    refuse(
      "product-apart-from-tests",
      "the product knows nothing of emulators and tests",
      { path: "^(infra|convex|scripts)/", pathNot: withEmulators },
      { path: "^(emulators|test)/|^scripts/(local|bench)" },
    ),
    refuse(
      "emulators-apart",
      "emulators answer as the vendors do, not as the product would like",
      "^emulators/",
      "^(infra|scripts|test)/",
    ),
    refuse(
      "backend-apart",
      "the backend is bundled alone",
      "^convex/",
      "^(infra|scripts|emulators)/",
    ),
    refuse(
      "infra-without-scripts",
      "scripts use the infrastructure, not the other way round",
      "^infra/",
      "^scripts/",
    ),
    refuse(
      "clients-speak-http",
      "a vendor client knows nothing of Pulumi",
      "^infra/clients/",
      [pulumi, grpc, "^infra/(provider|resources|config)/"].join("|"),
    ),
    refuse(
      "handlers-without-protocol",
      "a handler knows its vendor's client, and nothing of gRPC or the SDK",
      "^infra/provider/handlers/",
      {
        path: [pulumi, grpc, "^infra/(provider/protocol|resources|config)/"].join("|"),
        // Types alone: what a handler looks like to the protocol.
        pathNot: "^infra/provider/protocol/definition\\.ts$",
      },
    ),
    refuse(
      "protocol-without-vendors",
      "the protocol knows Pulumi and no vendor",
      "^infra/provider/protocol/",
      "^infra/(clients|resources|config)/|^infra/provider/(handlers|vendors|configuration|convex-connection)",
    ),
    refuse(
      "program-of-typed-resources",
      "the program declares typed resources and knows no vendor",
      "^infra/([^/]+\\.ts$|config/)",
      ["^infra/(clients|provider)/", grpc].join("|"),
    ),
    refuse(
      "resources-alone",
      "a typed resource says what can be declared, and does nothing",
      "^infra/resources/",
      {
        path: "^infra/",
        pathNot: "^infra/(resources/|errors\\.ts$|error-codes\\.ts$)",
      },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^convex/_generated/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types"],
    },
  },
};
