// Functions that a statement may call: of values, and of nothing else. What reads files, other tables, dictionaries,
// settings or the machine, waits, or makes much out of nothing is not among them, and so is what is not known here.

const words = (text: string) => text.trim().split(/\s+/)

/** Operators, under the names the parser gives them. */
const OPERATORS = words(`and or not xor equals notEquals less greater lessOrEquals greaterOrEquals isDistinctFrom
  isNotDistinctFrom plus minus multiply divide modulo negate intDiv intDivOrZero moduloOrZero positiveModulo concat like notLike ilike notILike in
  notIn globalIn globalNotIn nullIn notNullIn array tuple map arrayElement tupleElement lambda CAST exists isNull isNotNull if multiIf
  caseWithExpression match`)

const CONDITIONS =
  words(`coalesce ifNull nullIf assumeNotNull toNullable greatest least isFinite isInfinite isNaN ifNotFinite
  empty notEmpty has hasAll hasAny hasSubstr transform isZeroOrNull clamp`)

const NUMBERS =
  words(`abs sign round floor ceil ceiling trunc truncate roundBankers roundDown sqrt cbrt pow power exp exp2 exp10 log
  ln log2 log10 log1p sin cos tan asin acos atan atan2 pi e mod gcd lcm bitAnd bitOr bitXor bitNot bitShiftLeft
  bitShiftRight bitTest bitCount widthBucket sigmoid factorial divideOrNull intDivOrNull moduloOrNull`)

const TEXTS =
  words(`length lengthUTF8 char_length character_length lower upper lcase ucase lowerUTF8 upperUTF8 initcap initcapUTF8 reverse reverseUTF8
  concatWithSeparator concat_ws substring substr mid substringUTF8 left right leftUTF8 rightUTF8 trim trimBoth trimLeft
  trimRight ltrim rtrim leftPad lpad rightPad rpad startsWith endsWith position positionUTF8 positionCaseInsensitive
  positionCaseInsensitiveUTF8 locate instr countSubstrings countSubstringsCaseInsensitive replace replaceAll replaceOne
  replaceRegexpOne replaceRegexpAll translate extract extractAll extractGroups extractAllGroupsVertical
  extractAllGroupsHorizontal regexpExtract countMatches splitByChar splitByString splitByRegexp splitByWhitespace
  splitByNonAlpha alphaTokens tokens format formatReadableSize formatReadableQuantity formatReadableTimeDelta hex lpad
  domain domainWithoutWWW topLevelDomain path protocol cutToFirstSignificantSubdomain firstSignificantSubdomain
  extractURLParameter extractURLParameters extractURLParameterNames cutQueryString queryString fragment decodeURLComponent
  base64Decode base64Encode isValidUTF8 toValidUTF8 substringIndex hasToken hasTokenCaseInsensitive multiSearchAny ascii space`)

const TIMES =
  words(`now now64 today yesterday toDate toDate32 toDateTime toDateTime64 toDateOrNull toDateOrZero toDateTimeOrNull
  toDateTimeOrZero toDateTime64OrNull parseDateTimeBestEffort parseDateTimeBestEffortOrNull parseDateTimeBestEffortOrZero
  parseDateTime64BestEffort parseDateTime64BestEffortOrNull parseDateTime64BestEffortOrZero parseDateTime toYear toQuarter toMonth toDayOfYear
  toDayOfMonth toDayOfWeek toHour toMinute toSecond toMillisecond toUnixTimestamp toUnixTimestamp64Milli
  fromUnixTimestamp fromUnixTimestamp64Milli toStartOfYear toStartOfISOYear toStartOfQuarter toStartOfMonth toMonday
  toStartOfWeek toStartOfDay toStartOfHour toStartOfMinute toStartOfSecond toStartOfFiveMinutes toStartOfTenMinutes
  toStartOfFifteenMinutes toStartOfInterval toLastDayOfMonth toLastDayOfWeek toISOWeek toISOYear toWeek toYearWeek
  toYYYYMM toYYYYMMDD toYYYYMMDDhhmmss toRelativeDayNum toRelativeHourNum toRelativeWeekNum toRelativeMonthNum
  toDaysInMonth timeSlot dateDiff date_diff age dateTrunc date_trunc dateName monthName addYears addQuarters addMonths
  addWeeks addDays addHours addMinutes addSeconds subtractYears subtractQuarters subtractMonths subtractWeeks subtractDays
  subtractHours subtractMinutes subtractSeconds addInterval subtractInterval date_add date_sub makeDate makeDateTime
  formatDateTime date_format toTimeZone toTimezone timeZoneOf timeZoneOffset toIntervalYear toIntervalQuarter toIntervalMonth
  toIntervalWeek toIntervalDay toIntervalHour toIntervalMinute toIntervalSecond year quarter month day dayOfMonth dayOfWeek
  dayOfYear hour minute second week UUIDv7ToDateTime`)

const TYPES =
  words(`toInt8 toInt16 toInt32 toInt64 toUInt8 toUInt16 toUInt32 toUInt64 toFloat32 toFloat64 toDecimal32 toDecimal64 toDecimal128
  toString toFixedString toBool toUUID toInt8OrNull toInt16OrNull toInt32OrNull toInt64OrNull toUInt8OrNull toUInt16OrNull toUInt32OrNull
  toUInt64OrNull toFloat32OrNull toFloat64OrNull toUUIDOrNull toInt32OrZero toInt64OrZero toUInt32OrZero toUInt64OrZero
  toFloat64OrZero toDecimal64OrNull accurateCastOrNull toTypeName toLowCardinality reinterpretAsUInt64 toDecimalString`)

const DOCUMENTS =
  words(`JSONExtract JSONExtractString JSONExtractInt JSONExtractUInt JSONExtractFloat JSONExtractBool JSONExtractRaw
  JSONExtractArrayRaw JSONExtractKeys JSONExtractKeysAndValues JSONExtractKeysAndValuesRaw JSONHas JSONLength JSONType JSONKey
  JSON_VALUE JSON_QUERY JSON_EXISTS simpleJSONExtractString simpleJSONExtractInt simpleJSONExtractUInt simpleJSONExtractFloat simpleJSONExtractBool
  simpleJSONExtractRaw simpleJSONHas visitParamExtractString visitParamExtractInt visitParamExtractFloat visitParamHas
  isValidJSON toJSONString`)

const ARRAYS =
  words(`arrayMap arrayFilter arrayExists arrayAll arrayCount arraySum arrayAvg arrayMin arrayMax arrayProduct arrayFirst
  arrayLast arrayFirstIndex arrayLastIndex arrayFirstOrNull arrayLastOrNull arraySort arrayReverseSort arrayReverse arrayDistinct arrayUniq arrayCompact
  arrayConcat arraySlice arrayPushBack arrayPushFront arrayPopBack arrayPopFront arrayJoin arrayStringConcat arrayZip
  arrayEnumerate arrayEnumerateUniq arrayEnumerateDense arrayCumSum arrayCumSumNonNegative arrayDifference arrayFlatten
  arrayFill arrayReverseFill arraySplit arrayReverseSplit arrayIntersect indexOf countEqual range arrayElementOrNull arrayFold
  mapKeys mapValues mapContains mapFilter mapApply mapFromArrays mapSort tupleConcat untuple flatten`)

const SKETCHES =
  words(`MD5 SHA1 SHA256 cityHash64 sipHash64 xxHash64 murmurHash3_64 intHash32 intHash64 halfMD5 farmHash64 bitmapCardinality
  bitmapBuild bitmapToArray bitmapContains bitmapAndCardinality bitmapOrCardinality bitmapAnd bitmapOr bitmapAndnot`)

const AGGREGATES =
  words(`count sum avg min max any anyLast any_value first_value last_value argMin argMax min_by max_by median quantile
  quantiles quantileExact quantilesExact quantileExactInclusive quantilesExactInclusive quantileExactExclusive
  quantileExactWeighted quantileTDigest quantilesTDigest quantileTiming quantileDD medianExact medianTDigest uniq uniqExact uniqCombined uniqCombined64
  uniqHLL12 groupArray groupArrayLast groupUniqArray groupArraySorted groupArraySample groupArrayIntersect groupBitAnd groupBitOr groupBitXor groupBitmap
  groupBitmapAnd groupBitmapOr groupConcat group_concat string_agg array_agg stddevPop stddevSamp stddev_pop stddev_samp varPop varSamp var_pop var_samp covarPop
  covarSamp corr skewPop skewSamp kurtPop kurtSamp topK topKWeighted avgWeighted sumKahan sumCount sumMap minMap maxMap sumWithOverflow histogram entropy
  retention windowFunnel sequenceMatch sequenceCount deltaSum simpleLinearRegression exponentialMovingAverage
  groupArrayMovingAvg groupArrayMovingSum singleValueOrNull anyHeavy maxIntersections boundingRatio studentTTest welchTTest mannWhitneyUTest`)

const WINDOWS = words(
  `row_number rank dense_rank denseRank percent_rank percentRank cume_dist ntile lag lead lagInFrame leadInFrame nth_value`,
)

const COMBINATORS = words('If Array Map Distinct OrDefault OrNull ForEach ArgMin ArgMax')

const plain = [
  ...OPERATORS,
  ...CONDITIONS,
  ...NUMBERS,
  ...TEXTS,
  ...TIMES,
  ...TYPES,
  ...DOCUMENTS,
  ...ARRAYS,
  ...SKETCHES,
]
/** Many are found however they are written; one that differs by case alone is none of those that are kept out. */
const FUNCTIONS = new Set([...plain, ...AGGREGATES, ...WINDOWS].map((name) => name.toLowerCase()))
const MADE_OF = new Set(AGGREGATES.map((name) => name.toLowerCase()))
const SUFFIX = new RegExp(`(?:${COMBINATORS.join('|')})$`)

/** Whether a function may be called; aggregates with combinators (`sumIf`, `uniqExactIfOrNull`), too. */
export function isAllowed(name: string): boolean {
  if (FUNCTIONS.has(name.toLowerCase())) return true
  for (let base = name; SUFFIX.test(base); ) {
    base = base.replace(SUFFIX, '')
    if (MADE_OF.has(base.toLowerCase())) return true
  }
  return false
}

/** For the list beside the editor. */
export const FUNCTION_GROUPS: Readonly<Record<string, readonly string[]>> = {
  aggregate: AGGREGATES,
  time: TIMES,
  text: TEXTS,
  json: DOCUMENTS,
  array: ARRAYS,
  number: NUMBERS,
  condition: CONDITIONS,
  type: TYPES,
  window: WINDOWS,
}
