/** Written by scripts/generate.mjs from the program's IDL: edit neither. */
import type { Decoder } from '@solana/kit';
import {
  getAccountClosedEventDecoder,
  type AccountClosedEvent,
  getAccountOpenedEventDecoder,
  type AccountOpenedEvent,
  getAccruedEventDecoder,
  type AccruedEvent,
  getBankruptedEventDecoder,
  type BankruptedEvent,
  getBootstrapSealedEventDecoder,
  type BootstrapSealedEvent,
  getCapSetEventDecoder,
  type CapSetEvent,
  getCapitalMovedEventDecoder,
  type CapitalMovedEvent,
  getChangeCancelledEventDecoder,
  type ChangeCancelledEvent,
  getChangeExecutedEventDecoder,
  type ChangeExecutedEvent,
  getChangeProposedEventDecoder,
  type ChangeProposedEvent,
  getCollateralForfeitedEventDecoder,
  type CollateralForfeitedEvent,
  getCollateralListedEventDecoder,
  type CollateralListedEvent,
  getCollateralMovedEventDecoder,
  type CollateralMovedEvent,
  getCollateralPriceAcceptedEventDecoder,
  type CollateralPriceAcceptedEvent,
  getCollateralSoldEventDecoder,
  type CollateralSoldEvent,
  getConvertedEventDecoder,
  type ConvertedEvent,
  getDeleveragedEventDecoder,
  type DeleveragedEvent,
  getDustClosedEventDecoder,
  type DustClosedEvent,
  getFilledEventDecoder,
  type FilledEvent,
  getFlaggedEventDecoder,
  type FlaggedEvent,
  getForfeitedSoldEventDecoder,
  type ForfeitedSoldEvent,
  getGlobalCheckedEventDecoder,
  type GlobalCheckedEvent,
  getInitialisedEventDecoder,
  type InitialisedEvent,
  getInsuranceFundedEventDecoder,
  type InsuranceFundedEvent,
  getLimitAllottedEventDecoder,
  type LimitAllottedEvent,
  getLiquidatedEventDecoder,
  type LiquidatedEvent,
  getLiquidatedIntoQuoteEventDecoder,
  type LiquidatedIntoQuoteEvent,
  getLossSharedEventDecoder,
  type LossSharedEvent,
  getMarketListedEventDecoder,
  type MarketListedEvent,
  getMigratedEventDecoder,
  type MigratedEvent,
  getOrderCancelledEventDecoder,
  type OrderCancelledEvent,
  getOrderPlacedEventDecoder,
  type OrderPlacedEvent,
  getOrderRanEventDecoder,
  type OrderRanEvent,
  getPausedEventDecoder,
  type PausedEvent,
  getPriceAcceptedEventDecoder,
  type PriceAcceptedEvent,
  getQuotePostedEventDecoder,
  type QuotePostedEvent,
  getQuoteRemovedEventDecoder,
  type QuoteRemovedEvent,
  getRankedEventDecoder,
  type RankedEvent,
  getRecoveredEventDecoder,
  type RecoveredEvent,
  getReportPublishedEventDecoder,
  type ReportPublishedEvent,
  getRulesSetEventDecoder,
  type RulesSetEvent,
  getSettingsChangedEventDecoder,
  type SettingsChangedEvent,
  getSettledEventDecoder,
  type SettledEvent,
  getSettlementEnteredEventDecoder,
  type SettlementEnteredEvent,
  getSkimmedEventDecoder,
  type SkimmedEvent,
  getStakeClosedEventDecoder,
  type StakeClosedEvent,
  getStakedEventDecoder,
  type StakedEvent,
  getTightenedEventDecoder,
  type TightenedEvent,
  getTransferredEventDecoder,
  type TransferredEvent,
  getTreasuryCollectedEventDecoder,
  type TreasuryCollectedEvent,
  getUnstakeHeldEventDecoder,
  type UnstakeHeldEvent,
  getUnstakeRequestedEventDecoder,
  type UnstakeRequestedEvent,
  getUnstakedEventDecoder,
  type UnstakedEvent,
} from './types/index.js';

/** Any event of the program, by its name. */
export type FirebreakEvent =
  | { name: 'accountClosed'; data: AccountClosedEvent }
  | { name: 'accountOpened'; data: AccountOpenedEvent }
  | { name: 'accrued'; data: AccruedEvent }
  | { name: 'bankrupted'; data: BankruptedEvent }
  | { name: 'bootstrapSealed'; data: BootstrapSealedEvent }
  | { name: 'capSet'; data: CapSetEvent }
  | { name: 'capitalMoved'; data: CapitalMovedEvent }
  | { name: 'changeCancelled'; data: ChangeCancelledEvent }
  | { name: 'changeExecuted'; data: ChangeExecutedEvent }
  | { name: 'changeProposed'; data: ChangeProposedEvent }
  | { name: 'collateralForfeited'; data: CollateralForfeitedEvent }
  | { name: 'collateralListed'; data: CollateralListedEvent }
  | { name: 'collateralMoved'; data: CollateralMovedEvent }
  | { name: 'collateralPriceAccepted'; data: CollateralPriceAcceptedEvent }
  | { name: 'collateralSold'; data: CollateralSoldEvent }
  | { name: 'converted'; data: ConvertedEvent }
  | { name: 'deleveraged'; data: DeleveragedEvent }
  | { name: 'dustClosed'; data: DustClosedEvent }
  | { name: 'filled'; data: FilledEvent }
  | { name: 'flagged'; data: FlaggedEvent }
  | { name: 'forfeitedSold'; data: ForfeitedSoldEvent }
  | { name: 'globalChecked'; data: GlobalCheckedEvent }
  | { name: 'initialised'; data: InitialisedEvent }
  | { name: 'insuranceFunded'; data: InsuranceFundedEvent }
  | { name: 'limitAllotted'; data: LimitAllottedEvent }
  | { name: 'liquidated'; data: LiquidatedEvent }
  | { name: 'liquidatedIntoQuote'; data: LiquidatedIntoQuoteEvent }
  | { name: 'lossShared'; data: LossSharedEvent }
  | { name: 'marketListed'; data: MarketListedEvent }
  | { name: 'migrated'; data: MigratedEvent }
  | { name: 'orderCancelled'; data: OrderCancelledEvent }
  | { name: 'orderPlaced'; data: OrderPlacedEvent }
  | { name: 'orderRan'; data: OrderRanEvent }
  | { name: 'paused'; data: PausedEvent }
  | { name: 'priceAccepted'; data: PriceAcceptedEvent }
  | { name: 'quotePosted'; data: QuotePostedEvent }
  | { name: 'quoteRemoved'; data: QuoteRemovedEvent }
  | { name: 'ranked'; data: RankedEvent }
  | { name: 'recovered'; data: RecoveredEvent }
  | { name: 'reportPublished'; data: ReportPublishedEvent }
  | { name: 'rulesSet'; data: RulesSetEvent }
  | { name: 'settingsChanged'; data: SettingsChangedEvent }
  | { name: 'settled'; data: SettledEvent }
  | { name: 'settlementEntered'; data: SettlementEnteredEvent }
  | { name: 'skimmed'; data: SkimmedEvent }
  | { name: 'stakeClosed'; data: StakeClosedEvent }
  | { name: 'staked'; data: StakedEvent }
  | { name: 'tightened'; data: TightenedEvent }
  | { name: 'transferred'; data: TransferredEvent }
  | { name: 'treasuryCollected'; data: TreasuryCollectedEvent }
  | { name: 'unstakeHeld'; data: UnstakeHeldEvent }
  | { name: 'unstakeRequested'; data: UnstakeRequestedEvent }
  | { name: 'unstaked'; data: UnstakedEvent };

/** Discriminators, in hex, and what follows them. */
export const EVENTS: Readonly<Record<string, { name: FirebreakEvent['name']; decoder: () => Decoder<FirebreakEvent['data']> }>> =
  {
    '13fa4fec5b509430': { name: 'accountClosed', decoder: getAccountClosedEventDecoder },
    fa59274323777e3f: { name: 'accountOpened', decoder: getAccountOpenedEventDecoder },
    cf98a691bd2721a7: { name: 'accrued', decoder: getAccruedEventDecoder },
    '7ee3dc3d9d4fd7c3': { name: 'bankrupted', decoder: getBankruptedEventDecoder },
    '6a237c618392c33e': { name: 'bootstrapSealed', decoder: getBootstrapSealedEventDecoder },
    e9af754cd33b26ef: { name: 'capSet', decoder: getCapSetEventDecoder },
    f820772d40f67bc2: { name: 'capitalMoved', decoder: getCapitalMovedEventDecoder },
    '8bb36151d615775d': { name: 'changeCancelled', decoder: getChangeCancelledEventDecoder },
    '3273080c8b08bf1a': { name: 'changeExecuted', decoder: getChangeExecutedEventDecoder },
    aa0a0a08f4c49297: { name: 'changeProposed', decoder: getChangeProposedEventDecoder },
    '1d8a3e471bc607e7': { name: 'collateralForfeited', decoder: getCollateralForfeitedEventDecoder },
    '1d3f51b2ffd0950a': { name: 'collateralListed', decoder: getCollateralListedEventDecoder },
    '3671506c02bf3f70': { name: 'collateralMoved', decoder: getCollateralMovedEventDecoder },
    '60fe5735ce2c7b87': { name: 'collateralPriceAccepted', decoder: getCollateralPriceAcceptedEventDecoder },
    '4d7f5bda75e192ba': { name: 'collateralSold', decoder: getCollateralSoldEventDecoder },
    '30fe9287328688a7': { name: 'converted', decoder: getConvertedEventDecoder },
    '22471f2dd4b883b9': { name: 'deleveraged', decoder: getDeleveragedEventDecoder },
    '57954096f66403d8': { name: 'dustClosed', decoder: getDustClosedEventDecoder },
    '8604113fdd2db1ad': { name: 'filled', decoder: getFilledEventDecoder },
    ac638906421e4505: { name: 'flagged', decoder: getFlaggedEventDecoder },
    '4ebf2d85ad95730c': { name: 'forfeitedSold', decoder: getForfeitedSoldEventDecoder },
    f719ac849e94393b: { name: 'globalChecked', decoder: getGlobalCheckedEventDecoder },
    '15bb02427dc59a50': { name: 'initialised', decoder: getInitialisedEventDecoder },
    '9e4817508a3821ce': { name: 'insuranceFunded', decoder: getInsuranceFundedEventDecoder },
    f6f53217185b1e01: { name: 'limitAllotted', decoder: getLimitAllottedEventDecoder },
    e739374b00aaf644: { name: 'liquidated', decoder: getLiquidatedEventDecoder },
    '36b40dd27a7c5da1': { name: 'liquidatedIntoQuote', decoder: getLiquidatedIntoQuoteEventDecoder },
    bbed43a5d2b915b5: { name: 'lossShared', decoder: getLossSharedEventDecoder },
    '1d0b8fef8b0c4f13': { name: 'marketListed', decoder: getMarketListedEventDecoder },
    '0242a4359e7a80ec': { name: 'migrated', decoder: getMigratedEventDecoder },
    '6c388044a871a8ef': { name: 'orderCancelled', decoder: getOrderCancelledEventDecoder },
    '6082cceaa9dbd8e3': { name: 'orderPlaced', decoder: getOrderPlacedEventDecoder },
    acee3cc1d2df2b50: { name: 'orderRan', decoder: getOrderRanEventDecoder },
    acf805fd31ffffe8: { name: 'paused', decoder: getPausedEventDecoder },
    cbfe4e7d632a5eab: { name: 'priceAccepted', decoder: getPriceAcceptedEventDecoder },
    '824523d1b782ef9c': { name: 'quotePosted', decoder: getQuotePostedEventDecoder },
    '34d38d415f2b4020': { name: 'quoteRemoved', decoder: getQuoteRemovedEventDecoder },
    '766391f5460305aa': { name: 'ranked', decoder: getRankedEventDecoder },
    '750036c0bb18f082': { name: 'recovered', decoder: getRecoveredEventDecoder },
    '02719901657b7084': { name: 'reportPublished', decoder: getReportPublishedEventDecoder },
    ca68d7b017476a48: { name: 'rulesSet', decoder: getRulesSetEventDecoder },
    f9cfa302756f1dd6: { name: 'settingsChanged', decoder: getSettingsChangedEventDecoder },
    e8d228118e7c91ee: { name: 'settled', decoder: getSettledEventDecoder },
    '35cf4548ccce0e96': { name: 'settlementEntered', decoder: getSettlementEnteredEventDecoder },
    '1927122c2e833b4c': { name: 'skimmed', decoder: getSkimmedEventDecoder },
    '48a64d868b0cd6a0': { name: 'stakeClosed', decoder: getStakeClosedEventDecoder },
    '0b922dcde63ad5f0': { name: 'staked', decoder: getStakedEventDecoder },
    d5f79bc397f69692: { name: 'tightened', decoder: getTightenedEventDecoder },
    '1584ef4092efa644': { name: 'transferred', decoder: getTransferredEventDecoder },
    '741c0d97e8413422': { name: 'treasuryCollected', decoder: getTreasuryCollectedEventDecoder },
    '359b00b83179f844': { name: 'unstakeHeld', decoder: getUnstakeHeldEventDecoder },
    '15fdb15581ce2a98': { name: 'unstakeRequested', decoder: getUnstakeRequestedEventDecoder },
    '1bb39cd72f47c307': { name: 'unstaked', decoder: getUnstakedEventDecoder },
  };
