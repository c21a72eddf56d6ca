// The binding of tfjs-node as its package has it, and two functions more: a graph becomes a
// function of the eager context, which `executeOp` then calls by its name like an operation.
//
// All in one file, so that the package's sources stay as they are: its module declaration is
// left out, and ours below exports what it exports and the two functions.

#include <node_api.h>
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_backend.cc"
#include "tfjs_binding.cc"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace tfnodejs {

// The backend keeps its context private. An explicit instantiation may name private members.
template <typename Key, typename Key::Member member>
struct Opened {
  friend typename Key::Member MemberOf(Key) { return member; }
};
struct ContextKey {
  typedef TFE_Context *TFJSBackend::*Member;
  friend Member MemberOf(ContextKey);
};
template struct Opened<ContextKey, &TFJSBackend::tfe_context_>;

static TFE_Context *ContextOf(napi_env env) {
  TFJSBackend *backend = GetTFJSBackend(env);
  return backend == nullptr ? nullptr : backend->*MemberOf(ContextKey());
}

// Reads an array of strings "operation:output" as outputs of a graph. False: an exception is
// pending.
static bool ReadOutputs(napi_env env, napi_value array, TF_Graph *graph,
                        std::vector<TF_Output> *outputs) {
  uint32_t length;
  napi_status nstatus = napi_get_array_length(env, array, &length);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, false);
  for (uint32_t i = 0; i < length; i++) {
    napi_value element;
    nstatus = napi_get_element(env, array, i, &element);
    ENSURE_NAPI_OK_RETVAL(env, nstatus, false);
    std::string name;
    nstatus = GetStringParam(env, element, name);
    ENSURE_NAPI_OK_RETVAL(env, nstatus, false);
    const size_t colon = name.rfind(':');
    const int index =
        colon == std::string::npos ? 0 : std::atoi(name.c_str() + colon + 1);
    TF_Operation *operation =
        TF_GraphOperationByName(graph, name.substr(0, colon).c_str());
    if (operation == nullptr || index >= TF_OperationNumOutputs(operation)) {
      NAPI_THROW_ERROR(env, "The graph has no output %s", name.c_str());
      return false;
    }
    outputs->push_back({operation, index});
  }
  return true;
}

// Reads the arguments of a call whose first is a name. Returns the context, or a null pointer: an
// exception is pending.
static TFE_Context *ReadCall(napi_env env, napi_callback_info info, size_t expected,
                             napi_value *args, std::string *name) {
  size_t argc = expected;
  napi_status nstatus = napi_get_cb_info(env, info, &argc, args, nullptr, nullptr);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);
  if (argc < expected) {
    NAPI_THROW_ERROR(env, "Expected %zu arguments but got %zu", expected, argc);
    return nullptr;
  }
  nstatus = GetStringParam(env, args[0], *name);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);
  return ContextOf(env);
}

// addFunction(name: string, graph: Uint8Array, inputs: string[], outputs: string[]): void
//
// `graph` is a serialised GraphDef; `inputs` are outputs of its placeholders.
static napi_value AddFunction(napi_env env, napi_callback_info info) {
  napi_value args[4];
  std::string name;
  TFE_Context *context = ReadCall(env, info, 4, args, &name);
  if (context == nullptr) return nullptr;
  size_t length;
  void *data;
  napi_typedarray_type type;
  napi_status nstatus =
      napi_get_typedarray_info(env, args[1], &type, &length, &data, nullptr, nullptr);
  ENSURE_NAPI_OK_RETVAL(env, nstatus, nullptr);

  TF_AutoStatus status;
  std::unique_ptr<TF_Graph, decltype(&TF_DeleteGraph)> graph(TF_NewGraph(), TF_DeleteGraph);
  std::unique_ptr<TF_Buffer, decltype(&TF_DeleteBuffer)> buffer(
      TF_NewBufferFromString(data, length), TF_DeleteBuffer);
  std::unique_ptr<TF_ImportGraphDefOptions, decltype(&TF_DeleteImportGraphDefOptions)> options(
      TF_NewImportGraphDefOptions(), TF_DeleteImportGraphDefOptions);
  TF_GraphImportGraphDef(graph.get(), buffer.get(), options.get(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);

  std::vector<TF_Output> inputs, outputs;
  if (!ReadOutputs(env, args[2], graph.get(), &inputs)) return nullptr;
  if (!ReadOutputs(env, args[3], graph.get(), &outputs)) return nullptr;
  std::unique_ptr<TF_Function, decltype(&TF_DeleteFunction)> function(
      TF_GraphToFunction(graph.get(), name.c_str(), 0, -1, nullptr, inputs.size(),
                         inputs.data(), outputs.size(), outputs.data(), nullptr, nullptr,
                         nullptr, status.status),
      TF_DeleteFunction);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  TFE_ContextAddFunction(context, function.get(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

// removeFunction(name: string): void
static napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  napi_value args[1];
  std::string name;
  TFE_Context *context = ReadCall(env, info, 1, args, &name);
  if (context == nullptr) return nullptr;
  TF_AutoStatus status;
  TFE_ContextRemoveFunction(context, name.c_str(), status.status);
  ENSURE_TF_OK_RETVAL(env, status, nullptr);
  return nullptr;
}

static void Export(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  napi_status nstatus =
      napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function);
  ENSURE_NAPI_OK(env, nstatus);
  nstatus = napi_set_named_property(env, exports, name, function);
  ENSURE_NAPI_OK(env, nstatus);
}

}  // namespace tfnodejs

NAPI_MODULE_INIT() {
  exports = tfnodejs::InitTFNodeJSBinding(env, exports);
  tfnodejs::Export(env, exports, "addFunction", tfnodejs::AddFunction);
  tfnodejs::Export(env, exports, "removeFunction", tfnodejs::RemoveFunction);
  return exports;
}
