import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Text } from '../../api/answers.js';
import { ask, type Query } from '../api.js';
import { words } from '../languages/words.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { useAnswer } from '../use-answer.js';
import { TextRow } from './text-row.js';

interface Props {
  readonly title: string;
  readonly query: Query;
  readonly tools?: ComponentChildren;
}

const PAGE = 50;

/** Texts that a search finds, newest first, more of them when asked. */
export function FoundTexts({ title, query, tools }: Props) {
  const say = words();
  const { answer, failure } = useAnswer('texts', { ...query, limit: PAGE });
  const texts = useSignal<readonly Text[]>([]);
  const next = useSignal<string | null>(null);
  useEffect(() => {
    texts.value = answer?.texts ?? [];
    next.value = answer?.next ?? null;
  }, [answer]);
  const goOn = async (before: string) => {
    const further = await ask('texts', { ...query, limit: PAGE, before });
    texts.value = [...texts.value, ...further.texts];
    next.value = further.next;
  };
  const before = next.value;
  return (
    <Panel class="found" title={title} tools={tools}>
      {failure && <Empty>{failure.message}</Empty>}
      {answer && texts.value.length === 0 && <Empty>{before === null ? say.noTexts : say.mayGoOn}</Empty>}
      <ol class="texts" aria-label={title}>
        {texts.value.map((text) => (
          <TextRow key={text.source} text={text} />
        ))}
      </ol>
      {before !== null && (
        <button type="button" class="more" onClick={() => void goOn(before)}>
          {say.more}
        </button>
      )}
    </Panel>
  );
}
