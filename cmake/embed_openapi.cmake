# The contract goes into the program: what /openapi.yaml shows is what the program was built with.
# The system's Python has the modules that tools/setup installs; another one in PATH may not.
set(Python3_EXECUTABLE /usr/bin/python3 CACHE FILEPATH "Python that runs the tools")
find_package(Python3 3.9 COMPONENTS Interpreter REQUIRED)

add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/openapi_embedded.cc
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/embed_openapi.py
          ${CMAKE_SOURCE_DIR}/api/openapi.yaml ${CMAKE_BINARY_DIR}/openapi_embedded.cc
  DEPENDS ${CMAKE_SOURCE_DIR}/tools/embed_openapi.py ${CMAKE_SOURCE_DIR}/api/openapi.yaml
  VERBATIM)
target_sources(distdiag_serve PRIVATE ${CMAKE_BINARY_DIR}/openapi_embedded.cc)
