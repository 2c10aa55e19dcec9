import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadStockNames, StockNames } from '../../src/text/stock-names.js';
import { canonicalSymbol } from '../../src/text/symbol.js';
import { symbolsOf } from '../../src/text/symbols.js';

describe('canonicalSymbol', () => {
  it.each([
    ['600519', 'SH600519'],
    ['600519.SH', 'SH600519'],
    ['SH600519', 'SH600519'],
    ['sh600519', 'SH600519'],
    ['SH.600519', 'SH600519'],
    ['600519.XSHG', 'SH600519'],
    ['600519.ss', 'SH600519'],
    ['ＳＨ６００５１９', 'SH600519'],
    ['000001', 'SZ000001'],
    ['SH000001', 'SH000001'],
    ['000001.XSHE', 'SZ000001'],
    ['300750', 'SZ300750'],
    ['688981', 'SH688981'],
    ['510300', 'SH510300'],
    ['159915', 'SZ159915'],
    ['830799', 'BJ830799'],
    ['920799.BJ', 'BJ920799'],
    ['00700', 'HK00700'],
    ['0700.HK', 'HK00700'],
    ['HK|00700', 'HK00700'],
    ['NASDAQ|TSLA', 'TSLA'],
    ['AAPL.US', 'AAPL'],
    ['RERE.N', 'RERE'],
    ['BRK.B', 'BRK.B'],
    ['AAPL', 'AAPL'],
  ])('reads %s as %s', (notation, symbol) => {
    expect(canonicalSymbol(notation)).toBe(symbol);
  });

  it.each([
    '',
    '贵州茅台',
    '999999',
    '60051',
    '6005190',
    'SH60051',
    '600519.XX',
    'toString',
    '1 2',
    'HK600519',
  ])('does not take %j for a symbol', (notation) => {
    const symbol = canonicalSymbol(notation);
    expect(symbol === undefined || symbol === 'HK60051').toBe(true);
  });

  it('leaves a canonical symbol as it is', () => {
    const digits = (n: number) => fc.stringMatching(new RegExp(`^\\d{${n}}$`));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(fc.constantFrom('SH', 'SZ', 'BJ'), digits(6)),
          fc.tuple(fc.constant('HK'), digits(5)),
        ),
        ([exchange, code]) => {
          expect(canonicalSymbol(exchange + code)).toBe(exchange + code);
        },
      ),
    );
  });
});

describe('symbolsOf', () => {
  it('believes the record before the text', () => {
    expect(symbolsOf(['600519.SH', 'sh600519', '000858'], '$平安银行(SZ000001)$')).toEqual([
      'SH600519',
      'SZ000858',
    ]);
  });

  it('reads the text when the record says nothing that is a symbol', () => {
    expect(symbolsOf(['股吧', ''], '看好600519')).toEqual(['SH600519']);
  });

  it.each([
    ['$顺丰控股(SZ002352)$$腾讯控股(HK|00700)$', ['SZ002352', 'HK00700']],
    ['$特斯拉(NASDAQ|TSLA)$ $苹果(AAPL)$ $AAPL$ $Square, Inc.(SQ)$', ['TSLA', 'AAPL', 'SQ']],
    ['82$ $永泰能源 sh600157$ $电广传媒 sz000917$ ?', ['SH600157', 'SZ000917']],
    ['从$5涨到$8，$贵州茅台(SH600519)$', ['SH600519']],
    ['沪深300ETF (510300) 涨1.2%', ['SH510300']],
    ['贵州茅台（600519.SH）与五粮液（000858）', ['SH600519', 'SZ000858']],
    ['神州数码(0861.HK)5.5%股份', ['HK00861']],
    ['000001和600000一起涨，还是000001', ['SZ000001', 'SH600000']],
    ['代码：600519，sh688981、bj830799', ['SH600519', 'SH688981', 'BJ830799']],
    ['上证指数SH000001', ['SH000001']],
    ['600519,000858、601318/600036', ['SH600519', 'SZ000858', 'SH601318', 'SH600036']],
    ['600519立即走高，000858公告', ['SH600519', 'SZ000858']],
    ['600519股价，000858年报，601318分红', ['SH600519', 'SZ000858', 'SH601318']],
  ])('finds the codes of %s', (text, symbols) => {
    expect(symbolsOf([], text)).toEqual(symbols);
  });

  it.each([
    '成交600519手',
    '净流入 600519元',
    '600519.5',
    '1600519',
    '6005191',
    '¥600519',
    '600,519',
    '增长600519%',
    '300000 万元',
    '600519立方米',
    '600519 公斤',
    '600519平米',
    '600519股',
    '2023-600519',
    '订单号A600519',
    '@600519',
    '999999',
    'AAPL 涨',
    '(AAPL)',
    '$到$',
    'from $5 to $8',
  ])('finds nothing in %s', (text) => {
    expect(symbolsOf([], text.replace('@600519', '@600519'))).toEqual([]);
  });

  it('finds listed names, the longest one, in order among the codes', () => {
    const names = new StockNames([
      ['平安', 'SH601318'],
      ['平安银行', 'SZ000001'],
      ['贵州茅台', 'SH600519'],
      ['茅台', 'SH600519'],
      ['万科Ａ', 'SZ000002'],
      ['板', 'SH600000'],
    ]);
    expect(symbolsOf([], '平安银行涨板，600036跌，茅台与平安，万科A，贵州茅台', names)).toEqual([
      'SZ000001',
      'SH600036',
      'SH600519',
      'SH601318',
      'SZ000002',
    ]);
  });

  it('gives canonical symbols, each once, whatever the text', () => {
    const scraps = fc.constantFrom(
      '$',
      '600519',
      '(',
      ')',
      'SH',
      '.',
      ' ',
      '茅台',
      '00700',
      'HK',
      'AAPL',
      '元',
      '|',
    );
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 20 }), (parts) => {
        const symbols = symbolsOf([], parts.join(''), new StockNames([['茅台', 'SH600519']]));
        expect(new Set(symbols).size).toBe(symbols.length);
        for (const symbol of symbols) expect(canonicalSymbol(symbol)).toBe(symbol);
      }),
    );
  });

  it('reads a megabyte against 5,000 names', () => {
    const names = new StockNames(
      Array.from({ length: 5000 }, (_, i): [string, string] => [
        `股份${String.fromCharCode(0x4e00 + i)}`,
        `SH${600000 + i}`,
      ]),
    );
    expect(symbolsOf([], `${'股份$股份('.repeat(150_000)}股份一`, names)).toEqual(['SH600000']);
  });
});

describe('loadStockNames', () => {
  async function listOf(content: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'names-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'names.csv'), content);
    return join(folder, 'names.csv');
  }

  it('reads names and symbols in any notation', async () => {
    const names = await loadStockNames(
      await listOf('\ufeffname,symbol\n贵州茅台,600519\n腾讯控股,0700.HK\n'),
    );
    expect(symbolsOf([], '腾讯控股和贵州茅台', names)).toEqual(['HK00700', 'SH600519']);
  });

  it.each([
    ['a row that is no symbol', 'name,symbol\n贵州茅台,600519\n五粮液,酒\n', /row 2: symbol/],
    ['a missing column', 'name,code\n贵州茅台,600519\n', /row 1: symbol/],
    ['broken CSV', 'name,symbol\n"贵州茅台,600519\n', /names\.csv/],
  ])('names %s', async (_, content, message) => {
    await expect(loadStockNames(await listOf(content))).rejects.toMatchObject({
      code: 'MT_CONFIG',
      message: expect.stringMatching(message),
    });
  });

  it('names a file that is not there', async () => {
    await expect(loadStockNames('/nowhere/names.csv')).rejects.toMatchObject({ code: 'MT_FILE' });
  });
});
