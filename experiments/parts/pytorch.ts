// A trained model for PyTorch: `model.py` and its weights, called in a run's folder as the module expects them.
import type { Output } from "refold"
import { exportFor } from "refold/stages"
import type { data } from "./data.ts"

export function pytorchModel(
  { title, classes }: Pick<ReturnType<typeof data>, "title" | "classes">,
  { weights, called }: { readonly weights: Output<"weights:safetensors">; readonly called: string },
) {
  const { model, stateDict } = exportFor.pytorch({ title: `${called} on ${title}`, classes }, { weights })
  return { "model.py": model, state_dict: stateDict }
}
