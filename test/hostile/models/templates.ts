import { CANARY, type HostileCase } from "../case.ts";
import { embeddedJson, type Model, modelCase } from "./model.ts";

const PUBLISHED: string = embeddedJson("chat_template.json").chat_template;

/** JavaScript that leaves the file that shows it has run. */
const script = ({ folder }: Model) =>
  `globalThis.Deno.writeTextFileSync('${folder}/${CANARY}', 'x')`;

const BOMBS: [string, HostileCase["outcome"], string][] = [
  ["range of 10^9", "refused", "{% for i in range(1000000000) %}{% endfor %}"],
  ["range of 10^7", "refused", "{% for i in range(10000000) %}{% endfor %}"],
  ["range by 1e-300", "refused", "{{ range(0, 1, 1e-300)|length }}"],
  [
    "nested loops",
    "refused",
    "{% for i in range(10000) %}{% for j in range(10000) %}{% endfor %}{% endfor %}",
  ],
  [
    "nested loops that write",
    "refused",
    "{% for i in range(10000) %}{% for j in range(10000) %}aaaaaaaaaaaaaaaa{% endfor %}{% endfor %}",
  ],
  [
    "twenty loops",
    "refused",
    "{% for i in range(9999) %}".repeat(20) + "{% endfor %}".repeat(20),
  ],
  [
    "doubled text",
    "refused",
    "{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
  ],
  [
    "doubled list",
    "refused",
    "{% set ns = namespace(s=['a']) %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s|join }}",
  ],
  [
    "list of twice itself",
    "refused",
    "{% set ns = namespace(s=['a']) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s|tojson }}",
  ],
  [
    "namespace that holds itself",
    "refused",
    "{% set ns = namespace() %}{% set ns.s = ns %}{{ ns }}{{ ns|tojson }}{{ [ns.s] }}",
  ],
  [
    "macro that calls itself",
    "refused",
    "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
  ],
  [
    "macro that calls itself twice",
    "refused",
    "{% macro f(n) %}{% if n > 0 %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
  ],
  ["deep parentheses", "refused", `{{ ${"(".repeat(100_000)}1${")".repeat(100_000)} }}`],
  ["deep lists", "refused", `{{ ${"[".repeat(50_000)}${"]".repeat(50_000)} }}`],
  ["many nots", "refused", `{{ ${"not ".repeat(50_000)}true }}`],
  [
    "deep ifs",
    "refused",
    "{% if true %}".repeat(10_000) + "{% endif %}".repeat(10_000),
  ],
  ["long sum", "refused", `{{ ${"1 + ".repeat(50_000)}1 }}`],
  ["1 MB of source", "refused", "a".repeat(1_000_000)],
  ["join of 10^7", "refused", `{{ range(10000000)|join('${"a".repeat(48)}') }}`],
  [
    "join by a long text",
    "refused",
    "{% set s = range(9999)|join('aaaaaaaa') %}{% set t = range(9999)|join(s) %}{{ t }}",
  ],
  ["indent of 10^9", "refused", "{{ 'a\n b'|indent(1000000000) }}"],
  ["indent of 5 * 10^8", "refused", "{{ 'a\n b'|indent(500000000) }}"],
  [
    "replace, grown",
    "refused",
    "{% set s = range(9999)|join %}{{ s.replace('1', s) }}",
  ],
  ["nothing but an error", "refused", "{{ raise_exception('x' * 3) }}"],
  ["an error with control characters", "refused", "{{ raise_exception('\u001b[2J') }}"],
  [
    "an error of 200,000 characters",
    "refused",
    `{{ raise_exception('${"x".repeat(2e5)}') }}`,
  ],
  ["1400 letters more", "either", "a".repeat(1400)],
  ["4000 letters more", "refused", "a".repeat(4000)],
  ["100,000 letters more", "refused", "{% for i in range(9999) %}aaaaaaaaaa{% endfor %}"],
  ["a comment", "accepted", "{# {{ range(1e9) }} #}"],
];

const ESCAPES: [string, (model: Model) => string][] = [
  [
    "constructor of a text",
    (m) => `{{ ''.constructor.constructor("${script(m)}")() }}`,
  ],
  [
    "prototype of a list",
    (m) => `{{ messages.__proto__.constructor.constructor("${script(m)}")() }}`,
  ],
  [
    "constructor of a function",
    (m) => `{{ raise_exception.constructor("${script(m)}")() }}`,
  ],
  [
    "constructor by brackets",
    (m) => `{{ messages['constructor']['constructor']("${script(m)}")() }}`,
  ],
  [
    "constructor of a range",
    (m) => `{{ range['constructor']("${script(m)}")() }}`,
  ],
  [
    "constructor by map",
    (m) =>
      `{{ (messages|map(attribute='constructor.constructor')|first)("${script(m)}")() }}`,
  ],
  ["subclasses, as in Python", () => "{{ [].__class__.__base__.__subclasses__()[0]() }}"],
  ["import", (m) => `{% import 'data:text/javascript,${script(m)}' as x %}`],
];

const put = (model: Model, template: string) =>
  model.write("chat_template.json", { chat_template: template });

/** Chat templates that do not end, grow without end, or reach for JavaScript. */
export const TEMPLATES: readonly HostileCase[] = [
  ...BOMBS.map(([name, outcome, bomb]) =>
    modelCase("template", name, outcome, (model) => put(model, bomb + PUBLISHED))
  ),
  ...ESCAPES.map(([name, escape]) =>
    modelCase("escape", name, "refused", (model) => put(model, escape(model) + PUBLISHED))
  ),
  modelCase("template", "not Jinja", "refused", (model) => put(model, "{% for %}")),
  modelCase("template", "no picture", "refused", (model) => put(model, "hello")),
  modelCase(
    "template",
    "a thousand pictures",
    "refused",
    (model) => put(model, "<|image_pad|>".repeat(1000) + PUBLISHED),
  ),
  modelCase(
    "template",
    "2 MB of chat_template.jinja",
    "refused",
    (model) => model.write("chat_template.jinja", "a".repeat(2_000_000)),
  ),
];
