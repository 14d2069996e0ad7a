// HOUSE § 4: who may import whom. test/walls.test.ts plants a breach that must be caught.
const rooms = {
  base: [],
  core: ['base'],
  ports: ['base', 'core', 'protocol'],
  protocol: ['base', 'core'],
  app: ['base', 'core', 'ports', 'protocol'],
  node: ['base', 'core', 'ports', 'protocol'],
  engine: ['base', 'core', 'ports', 'protocol', 'node'],
  cli: ['base', 'core', 'ports', 'protocol', 'app', 'node'],
  host: ['base', 'core', 'ports', 'protocol', 'app', 'node'],
};
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: '^(src|webview)/', pathNot: from },
  to: { path: to },
});
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, may]) => ({
      name: `room-${room}`,
      severity: 'error',
      comment: `${room} may import only: ${[room, ...may].join(', ')}`,
      from: { path: `^src/${room}/` },
      to: { path: '^(src|webview)/', pathNot: `^src/(${[room, ...may].join('|')})/` },
    })),
    {
      name: 'webview-sees-only-the-wire',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/(base|protocol|core)/' },
    },
    {
      name: 'pure-rooms-import-nothing',
      severity: 'error',
      from: { path: '^src/(base|core|ports|protocol|app)/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'unknown', 'undetermined'] },
    },
    only('vscode-only-in-host', '^src/host/', '^vscode$|@types/vscode/'),
    only('sharp-only-in-images', '^src/engine/images/', 'node_modules/sharp/|^sharp$'),
    only(
      'onnxruntime-only-in-session',
      '^src/engine/session/|^webview/app/(classifier|gpuSession|runGraph)\\.ts$',
      'onnxruntime-(node|web|common)',
    ),
    only('tensorflow-only-in-its-trainer', '^src/engine/training/tfjs/', '@tensorflow'),
    only('mcp-only-in-its-server', '^src/cli/mcpServer\\.ts$', '@modelcontextprotocol'),
    only('kit-only-in-ui', '^webview/shared/ui\\.ts$', '@vscode/webview-ui-toolkit'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    builtInModules: { add: ['vscode'] },
  },
};
