// Findings as sentences a person can read at night: the same words in notifications, API and UI.
//
// Numbers have at most 3 significant digits and the catalogue's unit; times are UTC, HH:MM or HH:MM:SS.
// Thread: const-safe (free functions).
#pragma once

#include "domain/alarm.h"
#include "domain/incident.h"
#include "domain/statement.h"
#include "domain/topology.h"
#include "domain/verdict.h"

#include <string>
#include <string_view>

namespace distdiag::domain {

enum class Language { kEnglish, kChinese };

// At most 3 significant digits, no exponent: "0.49", "12300"; NaN and infinity give "?".
std::string FormatNumber(double value);
// With the catalogue's unit as people say it: "1.23 k/s" (1/s), "45 %" (ratio), "12.3 MB/s" (B/s, kB/s), "1.2 s" (ms).
std::string FormatQuantity(double value, std::string_view unit);
// "03:12:05" (UTC)
std::string FormatTimeOfDay(base::Timestamp time);

// "CPU used by other processes at 0.49 cores, expected 0.03 to 0.15 cores, since 03:12:05". A classifier's alarm and an unknown
// band (NaN) leave out what they can't say.
std::string EvidenceSentence(const Alarm& alarm, const Topology& topology, Language language);

// "58 % of the change in statement time on n2: UPDATE stock SET …, another plan than before". The text is short.
std::string StatementSentence(const StatementChange& change, const Topology& topology,
                              Language language);

// "n2: CPU saturated"; several shown pairs: "n2: CPU saturated; n3: Packet loss", at most two and "and 1 more".
// A verdict without a shown pair: "lab: Unknown trouble".
std::string IncidentTitle(const Verdict& verdict, const Topology& topology, Language language);

// The first pair as a sentence: "n2 is short of CPU since 03:12". REQUIRES: !verdict.empty().
std::string TroubleHeadline(const Verdict& verdict, const Topology& topology, base::Timestamp since,
                            Language language);

}  // namespace distdiag::domain
