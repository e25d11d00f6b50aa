#include "serve/http_wire.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace distdiag::serve {

std::string SerializeHead(const Response& response, Connection connection, std::string_view date) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nServer: DistDiag\r\nDate: {}\r\n",
                                 response.status, ReasonPhrase(response.status), date);
  if (response.status != 304) head += fmt::format("Content-Type: {}\r\n", response.content_type);
  if (!response.stream && response.status != 304)
    head += fmt::format("Content-Length: {}\r\n", response.body->size());
  for (const auto& [name, value] : response.headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  if (connection == Connection::kClose) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string HttpDate(base::Timestamp time) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace distdiag::serve
