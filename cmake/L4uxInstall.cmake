# SPDX-License-Identifier: MIT
#
# Installs what is in the build tree in the same shape: the command finds its data in
# ../lib/l4ux, whatever the prefix is.
install(PROGRAMS "${L4UX_BIN_DIR}/l4ux" DESTINATION bin)
install(DIRECTORY "${L4UX_LIB_DIR}/" DESTINATION lib/l4ux USE_SOURCE_PERMISSIONS)
install(FILES README.md CAVEATS.md CHANGES.md DESTINATION share/doc/l4ux)
