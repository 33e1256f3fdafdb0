/** What is kept of the use of a charge: nothing but of data transfer, so that other charges stay few. */
export interface TransferUse {
  /** AWS's usage type (`EUC1-DataTransfer-Out-Bytes`), else the meter of the SKU; '' = no data transfer. */
  readonly usageType: string;
  readonly usageUnit: string;
}

export const noTransfer: TransferUse = { usageType: '', usageUnit: '' };

const transfer = /transfer|xfer|regional|gateway|endpoint|data-?process|[-:](?:in|out)[-:]/iu;
const bytes = /bytes|xfer/iu;
const byteUnit = /^(?:[kmgtp]i?)?(?:b|bytes?)$/iu;

/**
 * Recognises data transfer: by AWS's usage type (CUR, and FOCUS exports of AWS), else by the category `Networking` with an amount in
 * bytes. `TimedStorage-ByteHrs` and requests are none.
 */
export function transferUse(usageType: string, serviceCategory: string, skuMeter: string, unit: string): TransferUse {
  if (usageType !== '')
    return bytes.test(usageType) && transfer.test(usageType) ? { usageType, usageUnit: unit } : noTransfer;
  if (serviceCategory.toLowerCase() !== 'networking' || !byteUnit.test(unit)) return noTransfer;
  return { usageType: skuMeter === '' ? serviceCategory : skuMeter, usageUnit: unit };
}
