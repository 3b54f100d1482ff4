import { describe, expect, it } from 'vitest';
import { parseMap } from '../../../../main/surfaces/cli/resolve.ts';

describe('A4 maps on the command line', () => {
  it('splits pairs at the first =', () => {
    expect(parseMap('old=new, b = c ', '--map')).toEqual({ old: 'new', b: 'c' });
    expect(parseMap(undefined, '--map')).toEqual({});
    expect(() => parseMap('old', '--map')).toThrow('"old" is not of the form from=to');
  });

  it('splits labels that hold a = where a label of the model follows', () => {
    expect(parseMap('<=50K.=<=50K,>50K.=>50K', '--label-map', ['<=50K', '>50K'])).toEqual({
      '<=50K.': '<=50K',
      '>50K.': '>50K',
    });
    expect(parseMap('>50K.=>50K', '--label-map', [' >50K'])).toEqual({ '>50K.': ' >50K' });
  });
});
