/// Package | programs.
let debianTools = """
  asciidoc | asciidoc a2x
  asciidoctor | asciidoctor
  autoconf | autoconf autoreconf autoheader autom4te autoupdate
  autogen | autogen
  automake | automake aclocal
  autopoint | autopoint
  bc | bc
  binutils | ld ar as nm strip ranlib objcopy objdump readelf
  bison | bison yacc
  bmake | bmake
  bsdextrautils | hexdump
  build-essential | cc c++
  byacc | byacc
  bzip2 | bzip2
  cargo | cargo
  ccache | ccache
  clang | clang clang++
  cmake | cmake ctest cpack
  cpio | cpio
  cscope | cscope
  curl | curl
  default-jdk | java javac jar
  desktop-file-utils | desktop-file-validate update-desktop-database
  device-tree-compiler | dtc
  diffutils | diff cmp
  doxygen | doxygen
  ed | ed
  expect | expect
  file | file
  flex | flex lex
  g++ | g++
  gawk | gawk awk
  gcc | gcc
  gengetopt | gengetopt
  gettext | msgfmt xgettext msgmerge msginit gettextize
  gfortran | gfortran
  git | git
  gnulib | gnulib-tool
  go-md2man | go-md2man
  gobject-introspection | g-ir-scanner g-ir-compiler
  golang-go | go
  gperf | gperf
  graphviz | dot
  gtk-doc-tools | gtkdocize gtkdoc-scan
  gzip | gzip
  help2man | help2man
  intltool | intltoolize
  libcurl4-openssl-dev | curl-config
  libgcrypt20-dev | libgcrypt-config
  libglib2.0-dev-bin | glib-mkenums glib-genmarshal glib-compile-resources gdbus-codegen
  libpcre3-dev | pcre-config
  libpq-dev | pg_config
  libsdl2-dev | sdl2-config
  libtool | libtoolize libtool
  libwayland-bin | wayland-scanner
  libxml2-dev | xml2-config
  libxml2-utils | xmllint
  lua5.4 | lua luac
  m4 | m4
  make | make gmake
  meson | meson
  nasm | nasm
  ninja-build | ninja ninja-build
  nodejs | node
  npm | npm
  pandoc | pandoc
  patch | patch
  perl | perl pod2man pod2text
  pkgconf | pkg-config pkgconf
  protobuf-c-compiler | protoc-c
  protobuf-compiler | protoc
  python-is-python3 | python
  python3 | python3
  python3-docutils | rst2man rst2html
  python3-sphinx | sphinx-build
  ragel | ragel
  re2c | re2c
  ronn | ronn
  rpcsvc-proto | rpcgen
  rsync | rsync
  ruby | ruby
  rustc | rustc
  scdoc | scdoc
  scons | scons
  sed | sed
  swig | swig
  tar | tar
  tcl | tclsh
  texinfo | makeinfo texi2any texi2pdf texi2dvi
  time | time
  txt2man | txt2man
  universal-ctags | ctags
  unzip | unzip
  valac | valac
  valgrind | valgrind
  wget | wget
  xmlto | xmlto
  xsltproc | xsltproc
  xxd | xxd
  xz-utils | xz unxz lzma
  yasm | yasm
  zip | zip
  """
