/** The layers of the client: faces > features > kit > core. A type-only import counts as any other. */
const above = (layer, ...others) => ({
  name: `${layer}-knows-nothing-above`,
  comment: `${layer} is below ${others.join(", ")}`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${others.join("|")})/` },
});

module.exports = {
  forbidden: [
    above("core", "kit", "features", "faces"),
    above("kit", "features", "faces"),
    above("features", "faces"),
    {
      name: "core-knows-no-framework",
      severity: "error",
      from: { path: "^src/core/", pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules/(@?vue|pinia|reka-ui)" },
    },
    {
      name: "kit-knows-no-store",
      severity: "error",
      from: { path: "^src/kit/" },
      to: { path: "node_modules/(pinia|vue-router)/" },
    },
    {
      name: "faces-stand-alone",
      severity: "error",
      from: { path: "^src/faces/([^/]+)/" },
      to: { path: "^src/faces/", pathNot: "^src/faces/$1/" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "every-import-is-found", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "layers-are-known",
      comment: "a new folder beside the four needs a rule of its own",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(core|kit|features|faces|environment\\.d\\.ts)" },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".vue", ".css", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "default"],
    },
  },
};
