// ONNX Runtime's library sends usage data to its maker, and leaves files in the temporary folder, unless this variable is
// set when it is loaded. Imported for its effect, in the main thread, before the library: worker threads inherit it.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
