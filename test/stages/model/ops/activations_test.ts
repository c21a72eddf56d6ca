import { gelu, quickGelu, swiglu } from "../../../../stages/model/ops/activations.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("swiglu()", (n, d) => ({ op: swiglu as Op, shapes: [[n, d], [n, d]] }));

gradientProperty("quickGelu()", (n, d) => ({ op: quickGelu as Op, shapes: [[n, d]] }));

gradientProperty("gelu()", (n, d) => ({ op: gelu as Op, shapes: [[n, d]] }));
