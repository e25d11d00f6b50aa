#include "collect/mysql/session.h"

namespace distdiag::collect {

bool IsDenied(unsigned error) {
  switch (error) {
    case 1044:  // database
    case 1142:  // table
    case 1143:  // column
    case 1227:  // a global privilege
    case 1370:  // routine
      return true;
    default: return false;
  }
}

bool IsNotOffered(unsigned error) {
  switch (error) {
    case 1049:  // no such database
    case 1054:  // no such column
    case 1109:  // no such table in information_schema
    case 1146:  // no such table
    case 1193:  // no such variable
      return true;
    default: return false;
  }
}

}  // namespace distdiag::collect
