import { findQuality, type QualityRequest } from '../../ml/findings/quality/find.ts';
import type { RawFinding } from '../../ml/findings/quality/types.ts';

/** Finds what may be wrong in a sample of a table. */
export const findQualityTask = (input: QualityRequest): readonly RawFinding[] => findQuality(input);
