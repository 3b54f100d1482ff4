/** Training kernels: operations over rows, done by one thread or by several; see training/control.ts. */
import { arrive, awaitOperation, dismissAll, finishShare, gather, operation, publish, chooseControl } from './training/control';
import { histogramShare, reduceHistograms, subtract } from './training/histogram';
import { leftBefore, partitionAlone, partitionShare, placeShare } from './training/partition';
import { cutShare } from './training/cuts';
import { scanShare, siblingsShare } from './training/scan';
import { addLeavesShare, quantiseShare, sumLeavesShare } from './training/rows';
import { classGradientShare, logisticShare, softmaxShare } from './training/gradients';
import { devianceShare, residualShare } from './training/residuals';
import { walkShare } from './training/walk';
import { binShare, codeShare, transposeShare } from './training/binning';

export { chooseControl, leftBefore, partitionAlone, subtract };

function work(kind: i32, share: i32): void {
  switch (kind) {
    case 0:
      histogramShare(share);
      break;
    case 1:
      partitionShare();
      break;
    case 2:
      placeShare();
      break;
    case 3:
      quantiseShare();
      break;
    case 4:
      addLeavesShare();
      break;
    case 5:
      sumLeavesShare();
      break;
    case 6:
      logisticShare();
      break;
    case 7:
      binShare();
      break;
    case 8:
      transposeShare();
      break;
    case 9:
      softmaxShare();
      break;
    case 11:
      cutShare(share);
      break;
    case 12:
      scanShare(share);
      break;
    case 10:
      classGradientShare();
      break;
    case 14: // Added up by what follows
      histogramShare(share);
      break;
    case 15:
      siblingsShare(share);
      break;
    case 13:
      codeShare();
      break;
    case 16:
      residualShare();
      break;
    case 17:
      devianceShare();
      break;
    case 18:
      walkShare();
      break;
  }
}

/** Runs an operation whose arguments lie in the control block; returns how many threads did, 0 when a helper was lost. */
export function lead(kind: i32, units: i32, shared: i32): i32 {
  const threads = publish(kind, units, shared != 0);
  work(kind, 0);
  if (threads > 1 && !gather(threads)) return 0;
  if (kind == 0) reduceHistograms(threads);
  return threads;
}

/** A helper's whole life: takes shares until it is sent away. */
export function follow(): void {
  const share = arrive();
  let seen = 0;
  for (;;) {
    seen = awaitOperation(share, seen);
    if (seen == 0) return;
    work(operation(), share);
    finishShare();
  }
}

export function dismiss(): void {
  dismissAll();
}
