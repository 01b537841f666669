// The walls of the house (ARCHITECTURE.md): which room may import from which.
// dependency-cruiser reads this; tools/check-layers.ts runs it and fails when it has looked at no module.
const node =
  '^(node:|(fs|net|tls|http|https|http2|crypto|path|os|stream|zlib|child_process|worker_threads|events|url|util|dns|perf_hooks)$)'

/** Tests, and the fixtures beside them, reach behind the doors; nobody else reaches them. */
const test = '(\\.test\\.tsx?$|/testing(/|\\.ts$))'

/** main/<from> may reach only itself and main/<to...>. */
const room = (from, ...to) => ({
  name: `main-${from}`,
  comment: `main/${from} imports only ${[from, ...to].join(', ')}`,
  severity: 'error',
  from: { path: `^main/${from}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^main/', pathNot: `^main/(${[from, ...to].join('|')})/` },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'main-knows-no-app', severity: 'error', from: { path: '^main/' }, to: { path: '^(app|renderer)/' } },
    {
      name: 'one-door',
      comment: 'app reaches the engine by main/index.ts, and its plain types by main/model',
      severity: 'error',
      from: { path: '^app/', pathNot: test },
      to: { path: '^main/', pathNot: '^main/(index\\.ts$|model/)' },
    },
    {
      name: 'host-stands-below-hosts',
      comment: 'app/host is what hosts share: it knows the engine and the contract, and none of them',
      severity: 'error',
      from: { path: '^app/host/', pathNot: test },
      to: { path: '^(app|renderer)/', pathNot: '^app/(host|contract)/' },
    },
    {
      name: 'web-stands-on-host',
      comment: 'app/web is a wire: it reaches the engine through app/host, and nobody else of app',
      severity: 'error',
      from: { path: '^app/web/', pathNot: test },
      to: { path: '^(app|renderer|main)/', pathNot: '^(app/(web|host|contract)/|main/model/)' },
    },
    {
      name: 'renderer-imports-contract-only',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^(main|app)/', pathNot: '^app/contract/' },
    },
    {
      name: 'window-knows-no-view',
      comment: 'what all views are made of: primitives, state and the client',
      severity: 'error',
      from: { path: '^renderer/(ui|store|client)/' },
      to: { path: '^renderer/views/' },
    },
    {
      name: 'contract-is-plain',
      severity: 'error',
      from: { path: '^app/contract/' },
      to: { path: '^(main|app)/', pathNot: '^(app/contract/|main/model/)' },
    },
    {
      name: 'electron-in-its-place',
      severity: 'error',
      from: { pathNot: '^(app/(desktop|preload)|e2e/electron-double)/' },
      to: { path: '(node_modules|^\\.\\.)/electron/' },
    },
    {
      name: 'model-is-pure',
      severity: 'error',
      from: { path: '^main/model/', pathNot: '\\.test\\.ts$' },
      to: { path: node },
    },
    {
      name: 'codec-is-sans-io',
      comment: 'http1 parses and writes bytes; it opens nothing',
      severity: 'error',
      from: { path: '^main/http1/', pathNot: '\\.test\\.ts$' },
      to: { path: node },
    },
    {
      name: 'frames-are-sans-io',
      comment: 'main/websocket looks at bytes; only what inflates needs something of node:',
      severity: 'error',
      from: { path: '^main/websocket/', pathNot: '(\\.test\\.ts$|/inflat(er|ion)\\.ts$)' },
      to: { path: node },
    },
    {
      name: 'tests-are-leaves',
      severity: 'error',
      from: { pathNot: `(${test}|^(e2e|faults|fuzz)/)` },
      to: { path: `(${test}|^(e2e|faults|fuzz)/)` },
    },
    room('model'),
    room('http1', 'model'),
    room('rules', 'model'),
    room('certificates', 'model'),
    room('tls', 'certificates', 'model'),
    room('flows', 'http1', 'model'),
    room('http2', 'http1', 'model'),
    room('reads'),
    room('websocket', 'model'),
    room('modifiers', 'rules', 'reads', 'model'),
    {
      name: 'sandbox-stands-alone',
      comment: 'what runs in the sandbox process knows the frames, the library and the plain values, and no engine',
      severity: 'error',
      from: { path: '^main/modifiers/sandbox/', pathNot: test },
      to: { path: '^main/', pathNot: '^main/(modifiers/(frames|library|sandbox)/|model/)' },
    },
    {
      name: 'library-runs-after-lockdown',
      comment: 'main/modifiers/library has the language and its host, nothing of node: and nothing else of main',
      severity: 'error',
      from: { path: '^main/modifiers/library/', pathNot: test },
      to: { path: `${node}|^main/`, pathNot: '^main/modifiers/library/' },
    },
    room('streaming', 'http1', 'modifiers', 'rules', 'flows', 'model'),
    room(
      'proxy',
      'streaming',
      'http1',
      'http2',
      'tls',
      'certificates',
      'modifiers',
      'rules',
      'flows',
      'reads',
      'websocket',
      'model',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs'],
    },
  },
}
