// Writes each notification as one line into DistDiag's own log.
//
// Thread: safe.
#pragma once

#include "notify/channel.h"

#include <string>

namespace distdiag::notify {

class LogChannel final : public Channel {
 public:
  explicit LogChannel(std::string name) : name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  base::Status Send(const domain::Delivery& delivery) override;

 private:
  const std::string name_;
};

}  // namespace distdiag::notify
