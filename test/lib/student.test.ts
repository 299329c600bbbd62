import { beyond, critical, normal } from '../../harness/lib/student.ts';
import { close } from '../close.ts';

describe('Student’s t', () => {
  it('has the tails of SciPy’s, central and not', () => {
    // SciPy 1.17.1: nct.sf(c, f, s) + nct.cdf(-c, f, s); 2 t.sf(c, f) where s is 0.
    const independent: [number, number, number, number][] = [
      [2.2, 5, 0, 0.07909389790318237],
      [2.0, 23, 1.5, 0.32367053450313904],
      [3.1, 17, 3.6, 0.6859921389887281],
      [1.7, 2, 0.3, 0.2452530931565222],
      [2.06, 100, 2.8, 0.7695603729464288],
      [5, 1, 2, 0.3078117673966764],
    ];
    for (const [c, freedom, shift, p] of independent) close(beyond(c, freedom, shift), p);
  });

  it('has the critical values of SciPy’s', () => {
    // SciPy 1.17.1: t.isf(alpha / 2, f).
    close(critical(0.05, 5), 2.5705818356363155, 1e-8);
    close(critical(0.05 / 40, 17), 3.8622505784017167, 1e-8);
    close(critical(0.01, 3), 5.840909309733357, 1e-8);
    close(critical(0.05, 1), 12.706204736174705, 1e-6);
  });

  it('rests on the normal distribution', () => {
    // SciPy 1.17.1: norm.cdf(z).
    close(normal(-8.5), 9.47953482220325e-18, 1e-28);
    close(normal(-5.2), 9.96442631693347e-8, 1e-18);
    close(normal(-1.3), 0.09680048458561036, 1e-14);
    close(normal(0), 0.5, 0);
    close(normal(0.7), 0.758036347776927, 1e-14);
    close(normal(3.9), 0.9999519036559824, 1e-14);
    close(normal(6.1), 0.9999999994696577, 1e-14);
  });
});
