import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  decodeModel,
  encodeModel,
  type NodeProto,
} from '../../model/onnx/proto.js';

/** The tokens as our graph wants them. */
const IDS = 'ids_int32';

/**
 * A graph of ours with the ends of an exported classifier: `input_ids` and `attention_mask`, int64, and `logits`. The mask
 * is not read, for our graph knows padding by its token; and since a softmax makes the same probabilities of their
 * logarithms, these serve as logits.
 */
export function withUsualEnds(onnx: Uint8Array): Uint8Array {
  const model = decodeModel(onnx);
  const { graph } = model;
  const inner = graph.node.map((node): NodeProto => {
    return { ...node, input: node.input.map((name) => (name === 'input_ids' ? IDS : name)) };
  });
  const toInt32 = { name: 'to', type: ATTRIBUTE_TYPE.int, i: DATA_TYPE.int32 };
  const node = [
    { ...unary('Cast', 'input_ids', IDS), attribute: [toInt32] },
    ...inner,
    unary('Log', 'probabilities', 'logits'),
  ];
  const input = graph.input.flatMap(({ type: { tensorType } }) => {
    const type = { tensorType: { ...tensorType, elemType: DATA_TYPE.int64 } };
    return ['input_ids', 'attention_mask'].map((name) => ({ name, type }));
  });
  const output = graph.output
    .filter(({ name }) => name === 'probabilities')
    .map(({ type }) => ({ name: 'logits', type }));
  return encodeModel({ ...model, graph: { ...graph, node, input, output } });
}

function unary(opType: string, from: string, to: string): NodeProto {
  return { name: `${opType}_${to}`, opType, domain: '', input: [from], output: [to], attribute: [] };
}
