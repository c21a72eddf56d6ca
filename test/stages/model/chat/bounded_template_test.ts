import assert from "node:assert/strict";
import { Template } from "@huggingface/jinja";
import { boundedTemplate } from "../../../../stages/model/chat/bounded_template.ts";
import { compileChat } from "../../../../stages/model/chat/chat.ts";

Deno.test("boundedTemplate() renders as the library's own Template", () => {
  const sources = [
    "{% for i in range(2, 9, 3) %}{{ i }},{% if i == 5 %}{% break %}{% endif %}{% endfor %}",
    "{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}",
    "{{ range(5, 0, -2)|join('-') }} {{ range(0) }}",
    "{{ True and not False }} {{ None }} {{ none is none }} {{ true }}",
    "{{ strftime_now('%Y-%m %B %b %%') }}",
    "{% macro f(x, y=2) %}{{ x }}{{ y }}{% endmacro %}{{ f(1) }}",
    "  {% set ns = namespace(a=1) %}\n  {% set ns.a = ns.a + x|length %}\n{{ ns.a }}",
    "{{ x|tojson }} {{ x[0].b }} {{ missing }}",
  ];
  const variables = { x: [{ b: "é" }, 2, null] };
  for (const source of sources) {
    const expected = new Template(source).render(variables);
    assert.equal(boundedTemplate(source)(variables), expected, source);
  }
});

Deno.test("a template cannot take much time or memory, and is refused by name", () => {
  const loop = "{% for i in range(10000) %}";
  const bombs = [
    "{% for i in range(1000000000) %}{% endfor %}",
    "{{ range(0, 1, 0) }}",
    `${loop}${loop}{% endfor %}{% endfor %}`,
    `${loop}${loop}aaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}{% endfor %}`,
    "{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
    "{% set ns = namespace(s=['a']) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s|tojson }}",
    "{% set ns = namespace() %}{% set ns.s = ns %}{{ ns }}",
    "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "{{ 'a\nb'|indent(1000000000) }}",
    `{{ ${"(".repeat(100_000)}1${")".repeat(100_000)} }}`,
    `{{ ${"1 + ".repeat(20_000)}1 }}`,
    "a".repeat(2 ** 18 + 1),
    `{{ raise_exception('${"x".repeat(100_000)}') }}`,
  ];
  for (const bomb of bombs) {
    const start = performance.now();
    assert.throws(
      () => compileChat(bomb, {}, "t.json")([], { addGenerationPrompt: true }),
      (error: Error) => {
        assert.ok(error instanceof SyntaxError, error.stack);
        assert.match(error.message, /^t\.json: chat_template does not work: .*published/);
        assert.doesNotMatch(error.message, /call stack|Invalid/);
        assert.ok(error.message.length < 300);
        return true;
      },
      bomb.slice(0, 80),
    );
    assert.ok(performance.now() - start < 10_000, bomb.slice(0, 80));
  }
});

Deno.test("a template reaches no JavaScript", () => {
  const global = globalThis as { escaped?: boolean };
  const script = "globalThis.escaped = true";
  const escapes = [
    `{{ ''.constructor.constructor('${script}')() }}`,
    `{{ x.__proto__.constructor.constructor('${script}')() }}`,
    `{{ x['constructor']['constructor']('${script}')() }}`,
    `{{ raise_exception.constructor('${script}')() }}`,
    `{{ range['constructor']('${script}')() }}`,
    `{{ (x|map(attribute='constructor.constructor')|first)('${script}')() }}`,
  ];
  for (const escape of escapes) {
    assert.throws(() => boundedTemplate(escape)({ x: [{}] }), escape);
    assert.equal(global.escaped, undefined);
  }
});
