# SPDX-License-Identifier: MIT
#
# Compiler flags. Three rules:
#
#   - nothing goes into CMAKE_C_FLAGS, because L4 programs are freestanding and must see neither
#     sanitizers nor the hardening flags of the host;
#   - warnings are errors, and each one is probed, so that an older or newer compiler works;
#   - assert() stays on in the release build: it is cheap and it is right.
#
# Targets and variables for the other directories:
#
#   l4ux_c_warnings      warnings alone; for everything we compile, L4 programs too
#   l4ux_warnings        the same plus the sanitizers of the debug preset; for libraries and tests
#   l4ux_program         the same for host programs
#   L4UX_WARNING_FLAGS   the warnings as a list, for command lines that CMake does not write
include(CheckCCompilerFlag)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)

set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g3 -fno-omit-frame-pointer")
set(CMAKE_ASM_FLAGS_RELEASE "-g")
set(CMAKE_ASM_FLAGS_DEBUG "-g")
if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

set(CMAKE_REQUIRED_QUIET ON)
set(L4UX_WARNING_FLAGS "")
foreach(flag
		-Wall -Wextra -Werror
		-Wshadow -Wundef -Wvla -Wwrite-strings -Wpointer-arith
		-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
		-Wmissing-declarations -Wredundant-decls -Wnested-externs
		-Wformat=2 -Wimplicit-fallthrough -Wduplicated-cond
		-Wlogical-op -Wdate-time)
	string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
	check_c_compiler_flag(${flag} ${have})
	if(${have})
		list(APPEND L4UX_WARNING_FLAGS ${flag})
	endif()
endforeach()

add_library(l4ux_c_warnings INTERFACE)
target_compile_options(l4ux_c_warnings INTERFACE "$<$<COMPILE_LANGUAGE:C>:${L4UX_WARNING_FLAGS}>")

add_library(l4ux_warnings INTERFACE)
target_link_libraries(l4ux_warnings INTERFACE l4ux_c_warnings)
add_library(l4ux_program INTERFACE)
target_link_libraries(l4ux_program INTERFACE l4ux_warnings)
if(L4UX_SANITIZE)
	set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=undefined)
	target_compile_options(l4ux_warnings INTERFACE ${sanitizers})
	target_link_options(l4ux_warnings INTERFACE ${sanitizers})
	target_sources(l4ux_program INTERFACE ${CMAKE_CURRENT_LIST_DIR}/sanitizer_options.c)
endif()
if(L4UX_COVERAGE)
	target_compile_options(l4ux_warnings INTERFACE --coverage)
	target_link_options(l4ux_warnings INTERFACE --coverage)
endif()
