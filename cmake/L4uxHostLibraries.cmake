# SPDX-License-Identifier: MIT
#
# Libraries the host programs link, as imported targets:
#
#   l4ux::libelf   reads ELF modules
#   l4ux::inih     reads test files
#   l4ux::jansson  JSON of the monitor, campaign files and results of `l4ux inject`
#   l4ux::png      writes screenshots
#   l4ux::sdl2     the console's window; optional
#   l4ux::zydis    decodes a faulting instruction to learn whether it was a write
#   l4ux::sqlite   databases of campaigns
#   l4ux::slirp    the user network
#   l4ux::cmocka   unit tests; only with L4UX_TESTS
find_package(PkgConfig REQUIRED)

function(l4ux_library_missing what debian fedora arch)
	message(FATAL_ERROR "${what} is missing. Debian: apt-get install ${debian}; "
		"Fedora: dnf install ${fedora}; Arch: pacman -S ${arch}. "
		"tools/install-deps.sh lists (and on Debian installs) all that is needed.")
endfunction()

pkg_check_modules(LIBELF IMPORTED_TARGET libelf)
if(NOT LIBELF_FOUND)
	l4ux_library_missing(libelf libelf-dev elfutils-libelf-devel libelf)
endif()
add_library(l4ux::libelf ALIAS PkgConfig::LIBELF)

pkg_check_modules(INIH IMPORTED_TARGET inih)
if(NOT INIH_FOUND)
	l4ux_library_missing(inih libinih-dev inih-devel libinih)
endif()
add_library(l4ux::inih ALIAS PkgConfig::INIH)

pkg_check_modules(JANSSON IMPORTED_TARGET jansson)
if(NOT JANSSON_FOUND)
	l4ux_library_missing(jansson libjansson-dev jansson-devel jansson)
endif()
add_library(l4ux::jansson ALIAS PkgConfig::JANSSON)
pkg_check_modules(SLIRP IMPORTED_TARGET slirp)
if(NOT SLIRP_FOUND)
	l4ux_library_missing(libslirp libslirp-dev libslirp-devel libslirp)
endif()
add_library(l4ux::slirp ALIAS PkgConfig::SLIRP)

pkg_check_modules(SQLITE IMPORTED_TARGET sqlite3)
if(NOT SQLITE_FOUND)
	l4ux_library_missing(SQLite libsqlite3-dev sqlite-devel sqlite)
endif()
add_library(l4ux::sqlite ALIAS PkgConfig::SQLITE)

# Debian 12's libzydis-dev has no .pc file.
find_path(ZYDIS_INCLUDE_DIR Zydis/Zydis.h)
find_library(ZYDIS_LIBRARY Zydis)
find_library(ZYCORE_LIBRARY Zycore)
mark_as_advanced(ZYDIS_INCLUDE_DIR ZYDIS_LIBRARY ZYCORE_LIBRARY)
if(NOT ZYDIS_INCLUDE_DIR OR NOT ZYDIS_LIBRARY)
	l4ux_library_missing(Zydis libzydis-dev zydis-devel zydis)
endif()
add_library(l4ux_zydis INTERFACE)
add_library(l4ux::zydis ALIAS l4ux_zydis)
target_include_directories(l4ux_zydis SYSTEM INTERFACE "${ZYDIS_INCLUDE_DIR}")
target_link_libraries(l4ux_zydis INTERFACE "${ZYDIS_LIBRARY}")
if(ZYCORE_LIBRARY)
	target_link_libraries(l4ux_zydis INTERFACE "${ZYCORE_LIBRARY}")
endif()

pkg_check_modules(PNG IMPORTED_TARGET libpng)
if(NOT PNG_FOUND)
	l4ux_library_missing(libpng libpng-dev libpng-devel libpng)
endif()
add_library(l4ux::png ALIAS PkgConfig::PNG)

option(L4UX_WINDOW "Build the console with a window, which takes SDL2" ON)
if(L4UX_WINDOW)
	pkg_check_modules(SDL2 IMPORTED_TARGET sdl2>=2.0.16)
endif()
if(SDL2_FOUND)
	add_library(l4ux::sdl2 ALIAS PkgConfig::SDL2)
else()
	message(STATUS "No SDL2 (Debian: libsdl2-dev): --gui cannot open a window, "
		"--gui=headless, --screenshot and --input-script work")
endif()

if(L4UX_TESTS)
	pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka)
	if(NOT CMOCKA_FOUND)
		l4ux_library_missing(cmocka libcmocka-dev libcmocka-devel cmocka)
	endif()
	add_library(l4ux::cmocka ALIAS PkgConfig::CMOCKA)
endif()
