import { LABELS } from '../codec/sentiment.js';

/** What a zero-shot classifier is asked: labels with their numbers, and the label alone as the answer. */
export function classificationPrompt(text: string, labels: readonly string[]): string {
  return labels.join() === LABELS.join() ? marketPrompt(text) : generalPrompt(text, labels);
}

function marketPrompt(text: string): string {
  return `你是一名熟悉中国证券市场的分析师。下面是一条财经新闻或股民评论，请判断它对相关股票或市场的情绪倾向，从三个标签中选择一个：
0 利空：看跌、悲观，或对价格不利
1 中性：没有明显倾向，或好坏相抵
2 利好：看涨、乐观，或对价格有利

只回答标签名称，不要解释。

文本：${text}
标签：`;
}

function generalPrompt(text: string, labels: readonly string[]): string {
  const list = labels.map((label, number) => `${number} ${label.replaceAll('_', ' ')}`).join('\n');
  return `Classify the text below. Choose the one category that fits it best:
${list}

Answer with the name of the category alone, without any explanation.

Text: ${text}
Category:`;
}
