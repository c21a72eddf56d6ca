import { linear } from "../../../../stages/model/ops/linear.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("linear() with bias", (n, input, out) => ({
  op: linear as Op,
  shapes: [[n, input], [out, input], [out]],
}));

gradientProperty("linear() without bias", (n, input, out) => ({
  op: linear as Op,
  shapes: [[n, input], [out, input]],
}));
