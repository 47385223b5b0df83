/// Package | headers (a name that ends with `/` is a folder of them) | names for the linker | other names.
let debianLibraries = """
  binutils-dev | bfd.h ansidecl.h dis-asm.h | bfd opcodes |
  check | check.h | check | check
  comerr-dev | et/ com_err.h | com_err | com_err
  libglut-dev | GL/glut.h GL/freeglut.h | glut | glut freeglut
  liba52-0.7.4-dev | a52dec/ | a52 |
  libacl1-dev | sys/acl.h acl/ | acl | libacl
  libaio-dev | libaio.h | aio |
  libao-dev | ao/ | ao | ao
  libarchive-dev | archive.h archive_entry.h | archive | libarchive
  libasound2-dev | alsa/ sys/asoundlib.h | asound | alsa
  libattr1-dev | attr/ | attr | libattr
  libaudit-dev | libaudit.h | audit | audit
  libavcodec-dev | libavcodec/ | avcodec | libavcodec
  libavformat-dev | libavformat/ | avformat | libavformat
  libavutil-dev | libavutil/ | avutil | libavutil
  libblkid-dev | blkid/ | blkid | blkid
  libbluetooth-dev | bluetooth/ | bluetooth | bluez
  libbpf-dev | bpf/ | bpf | libbpf
  libbrotli-dev | brotli/ | brotlienc brotlidec brotlicommon | libbrotlienc libbrotlidec
  libbsd-dev | bsd/ | bsd | libbsd libbsd-overlay
  libbz2-dev | bzlib.h | bz2 | bzip2
  libc-ares-dev | ares.h | cares | libcares c-ares
  libc6-dev | stdio.h stdlib.h string.h unistd.h errno.h sys/ bits/ crt1.o crti.o | c m pthread dl rt util | threads
  libcairo2-dev | cairo.h cairo/ | cairo | cairo
  libcap-dev | sys/capability.h | cap | libcap
  libcap-ng-dev | cap-ng.h | cap-ng | libcap-ng
  libcglm-dev | cglm/ | | cglm
  libcjson-dev | cjson/ | cjson | libcjson cjson
  libcmocka-dev | cmocka.h | cmocka | cmocka
  libconfig-dev | libconfig.h | config | libconfig
  libconfuse-dev | confuse.h | confuse | libconfuse
  libcrypt-dev | crypt.h | crypt | libcrypt libxcrypt
  libcryptsetup-dev | libcryptsetup.h | cryptsetup | libcryptsetup
  libcunit1-dev | CUnit/ | cunit | cunit
  libcups2-dev | cups/ | cups | cups
  libcurl4-openssl-dev | curl/ | curl | libcurl curl
  libdb5.3-dev | db.h | db | berkeleydb
  libdbus-1-dev | dbus/ | dbus-1 | dbus-1
  libdevmapper-dev | libdevmapper.h | devmapper | devmapper
  libdrm-dev | xf86drm.h xf86drmMode.h libdrm/ drm.h | drm | libdrm
  libdw-dev | elfutils/ dwarf.h | dw | libdw
  libedit-dev | histedit.h editline/ | edit | libedit
  libegl-dev | EGL/ | EGL | egl
  libelf-dev | libelf.h gelf.h | elf | libelf
  libev-dev | ev.h | ev | libev
  libevdev-dev | libevdev/ | evdev | libevdev
  libevent-dev | event.h event2/ | event event_core event_pthreads event_openssl | libevent
  libexif-dev | libexif/ | exif | libexif
  libexpat1-dev | expat.h | expat | expat
  libext2fs-dev | ext2fs/ | ext2fs | ext2fs
  libfcgi-dev | fcgiapp.h fcgi_stdio.h | fcgi | fcgi
  libffi-dev | ffi.h | ffi | libffi
  libfftw3-dev | fftw3.h | fftw3 fftw3f | fftw3
  libflac-dev | FLAC/ | FLAC | flac
  libfontconfig-dev | fontconfig/ | fontconfig | fontconfig
  libfreetype-dev | ft2build.h freetype2/ freetype/ | freetype | freetype2 freetype
  libfuse-dev | fuse.h fuse/ | fuse | fuse
  libfuse3-dev | fuse3/ fuse_lowlevel.h | fuse3 | fuse3
  libgbm-dev | gbm.h | gbm | gbm
  libgcrypt20-dev | gcrypt.h | gcrypt | libgcrypt
  libgd-dev | gd.h | gd | gdlib
  libgdbm-dev | gdbm.h | gdbm | gdbm
  libgif-dev | gif_lib.h | gif | giflib
  libgl-dev | GL/ | GL | gl opengl
  libgles-dev | GLES2/ GLES3/ | GLESv2 | glesv2
  libglew-dev | GL/glew.h | GLEW | glew
  libglfw3-dev | GLFW/ | glfw | glfw3
  libglib2.0-dev | glib.h glib/ gio/ glib-object.h gmodule.h glib-2.0/ | glib-2.0 gio-2.0 gobject-2.0 | glib-2.0 gio-2.0 gobject-2.0 gmodule-2.0 gthread-2.0 gio-unix-2.0
  libglu1-mesa-dev | GL/glu.h | GLU | glu
  libgmp-dev | gmp.h | gmp | gmp
  libgnutls28-dev | gnutls/ | gnutls | gnutls
  libgoogle-perftools-dev | gperftools/ | tcmalloc profiler | libtcmalloc
  libgpg-error-dev | gpg-error.h | gpg-error | gpg-error
  libgpgme-dev | gpgme.h | gpgme | gpgme
  libgsl-dev | gsl/ | gsl gslcblas | gsl
  libgtest-dev | gtest/ | gtest | gtest
  libgtk-3-dev | gtk/ gdk/ gtk-3.0/ | gtk-3 gdk-3 | gtk+-3.0 gdk-3.0
  libgtk-4-dev | gtk-4.0/ | gtk-4 | gtk4
  libgtk2.0-dev | gtk-2.0/ | gtk-x11-2.0 | gtk+-2.0
  libharfbuzz-dev | harfbuzz/ hb.h | harfbuzz | harfbuzz
  libhdf5-dev | hdf5.h | hdf5 | hdf5
  libhiredis-dev | hiredis/ | hiredis | hiredis
  libibverbs-dev | infiniband/ | ibverbs | libibverbs
  libicu-dev | unicode/ | icuuc icui18n icudata | icu-uc icu-i18n icu-io icu
  libidn2-dev | idn2.h | idn2 | libidn2
  libimlib2-dev | Imlib2.h | Imlib2 | imlib2
  libinih-dev | ini.h INIReader.h | inih | inih
  libinput-dev | libinput.h | input | libinput
  libjack-jackd2-dev | jack/ | jack | jack
  libjansson-dev | jansson.h | jansson | jansson
  libjemalloc-dev | jemalloc/ | jemalloc | jemalloc
  libjpeg62-turbo-dev | jpeglib.h jconfig.h | jpeg | libjpeg jpeg
  libjson-c-dev | json-c/ | json-c | json-c
  libkeyutils-dev | keyutils.h | keyutils | libkeyutils
  libkrb5-dev | krb5.h krb5/ gssapi/ gssapi.h | krb5 gssapi_krb5 k5crypto | krb5 krb5-gssapi
  liblapacke-dev | lapacke.h | lapacke lapack | lapacke lapack
  liblcms2-dev | lcms2.h | lcms2 | lcms2
  libldap-dev | ldap.h lber.h | ldap lber | ldap lber
  liblmdb-dev | lmdb.h | lmdb | lmdb
  liblua5.4-dev | lua.h lauxlib.h lualib.h lua5.4/ | lua5.4 | lua lua5.4 lua-5.4
  liblz4-dev | lz4.h lz4hc.h lz4frame.h | lz4 | liblz4
  liblzma-dev | lzma.h lzma/ | lzma | liblzma
  libmagic-dev | magic.h | magic | libmagic
  libmariadb-dev | mysql.h mysql/ mariadb/ | mariadb | mariadb libmariadb
  libmariadb-dev-compat | | mysqlclient | mysqlclient mysql
  libmbedtls-dev | mbedtls/ | mbedtls mbedcrypto mbedx509 | mbedtls
  libmicrohttpd-dev | microhttpd.h | microhttpd | libmicrohttpd
  libmnl-dev | libmnl/ | mnl | libmnl
  libmosquitto-dev | mosquitto.h | mosquitto | libmosquitto
  libmount-dev | libmount/ | mount | mount
  libmp3lame-dev | lame/ | mp3lame |
  libmpc-dev | mpc.h | mpc |
  libmpfr-dev | mpfr.h | mpfr | mpfr
  libmpg123-dev | mpg123.h | mpg123 | libmpg123
  libncurses-dev | ncurses.h curses.h term.h panel.h menu.h form.h ncursesw/ | ncurses ncursesw tinfo tinfow curses termcap panel menu form panelw menuw formw | ncurses ncursesw tinfo curses panelw
  libnetcdf-dev | netcdf.h | netcdf | netcdf
  libnghttp2-dev | nghttp2/ | nghttp2 | libnghttp2
  libnl-3-dev | netlink/ | nl-3 | libnl-3.0
  libnl-genl-3-dev | netlink/genl/ | nl-genl-3 | libnl-genl-3.0
  libnotify-dev | libnotify/ | notify | libnotify
  libnuma-dev | numa.h numaif.h | numa | numa
  libogg-dev | ogg/ | ogg | ogg
  libonig-dev | oniguruma.h onigposix.h | onig | oniguruma
  libopenal-dev | AL/ | openal | openal
  libopenblas-dev | cblas.h openblas/ | openblas blas cblas | openblas blas
  libopenmpi-dev | mpi.h | mpi | ompi mpi
  libopus-dev | opus/ opus.h | opus | opus
  libpam0g-dev | security/ | pam pam_misc | pam
  libpango1.0-dev | pango/ | pango-1.0 pangocairo-1.0 | pango pangocairo
  libpcap-dev | pcap.h pcap/ | pcap | libpcap pcap
  libpci-dev | pci/ | pci | libpci
  libpciaccess-dev | pciaccess.h | pciaccess | pciaccess
  libpcre2-dev | pcre2.h pcre2posix.h | pcre2-8 pcre2-posix | libpcre2-8 pcre2
  libpcre3-dev | pcre.h pcreposix.h | pcre pcreposix | libpcre pcre
  libpng-dev | png.h pngconf.h libpng16/ | png png16 | libpng png libpng16
  libpopt-dev | popt.h | popt | popt
  libpq-dev | libpq-fe.h postgresql/ | pq | libpq postgresql
  libprotobuf-c-dev | protobuf-c/ | protobuf-c | libprotobuf-c
  libpulse-dev | pulse/ | pulse pulse-simple | libpulse libpulse-simple
  libqrencode-dev | qrencode.h | qrencode | libqrencode
  librabbitmq-dev | amqp.h amqp_tcp_socket.h | rabbitmq | librabbitmq
  librdkafka-dev | librdkafka/ | rdkafka | rdkafka
  libreadline-dev | readline/ | readline history | readline
  libsamplerate0-dev | samplerate.h | samplerate | samplerate
  libsasl2-dev | sasl/ | sasl2 | libsasl2
  libsdl1.2-dev | SDL/ SDL.h | SDL | sdl
  libsdl2-dev | SDL2/ | SDL2 SDL2main | sdl2
  libsdl2-image-dev | SDL2/SDL_image.h SDL_image.h | SDL2_image | sdl2_image
  libsdl2-mixer-dev | SDL2/SDL_mixer.h SDL_mixer.h | SDL2_mixer | sdl2_mixer
  libsdl2-ttf-dev | SDL2/SDL_ttf.h SDL_ttf.h | SDL2_ttf | sdl2_ttf
  libseccomp-dev | seccomp.h | seccomp | libseccomp
  libselinux1-dev | selinux/ | selinux | libselinux
  libslang2-dev | slang.h | slang | slang
  libslirp-dev | slirp/ libslirp.h | slirp | slirp
  libsnappy-dev | snappy-c.h snappy.h | snappy | snappy
  libsndfile1-dev | sndfile.h | sndfile | sndfile
  libsodium-dev | sodium.h sodium/ | sodium | libsodium sodium
  libsqlite3-dev | sqlite3.h | sqlite3 | sqlite3
  libssh-dev | libssh/ | ssh | libssh
  libssh2-1-dev | libssh2.h | ssh2 | libssh2
  libssl-dev | openssl/ | ssl crypto | openssl libssl libcrypto
  libswscale-dev | libswscale/ | swscale | libswscale
  libsystemd-dev | systemd/ | systemd | libsystemd
  libtalloc-dev | talloc.h | talloc | talloc
  libtiff-dev | tiffio.h tiff.h | tiff | libtiff-4 tiff
  libudev-dev | libudev.h | udev | libudev
  libunistring-dev | unistr.h unistdio.h unictype.h | unistring |
  libunwind-dev | libunwind.h | unwind | libunwind
  liburing-dev | liburing.h liburing/ | uring | liburing
  liburiparser-dev | uriparser/ | uriparser | liburiparser
  libusb-1.0-0-dev | libusb-1.0/ libusb.h | usb-1.0 | libusb-1.0
  libuv1-dev | uv.h uv/ | uv | libuv
  libvorbis-dev | vorbis/ | vorbis vorbisfile vorbisenc | vorbis vorbisfile
  libvulkan-dev | vulkan/ | vulkan | vulkan
  libwayland-dev | wayland-client.h wayland-server.h wayland-util.h | wayland-client wayland-server | wayland-client wayland-server
  libwebp-dev | webp/ | webp | libwebp
  libx11-dev | X11/ X11/Xlib.h | X11 | x11
  libxcb1-dev | xcb/ | xcb | xcb
  libxcursor-dev | X11/Xcursor/Xcursor.h | Xcursor | xcursor
  libxext-dev | X11/extensions/XShm.h X11/extensions/shape.h X11/extensions/Xext.h | Xext | xext
  libxft-dev | X11/Xft/Xft.h | Xft | xft
  libxi-dev | X11/extensions/XInput.h X11/extensions/XInput2.h | Xi | xi
  libxinerama-dev | X11/extensions/Xinerama.h | Xinerama | xinerama
  libxkbcommon-dev | xkbcommon/ | xkbcommon | xkbcommon
  libxml2-dev | libxml/ libxml2/ | xml2 | libxml-2.0 libxml2
  libxpm-dev | X11/xpm.h | Xpm | xpm
  libxrandr-dev | X11/extensions/Xrandr.h | Xrandr | xrandr
  libxrender-dev | X11/extensions/Xrender.h | Xrender | xrender
  libxslt1-dev | libxslt/ libexslt/ | xslt exslt | libxslt libexslt
  libxss-dev | X11/extensions/scrnsaver.h | Xss | xscrnsaver
  libxt-dev | X11/Intrinsic.h X11/Shell.h X11/StringDefs.h | Xt | xt
  libxtst-dev | X11/extensions/XTest.h X11/extensions/record.h | Xtst | xtst
  libyajl-dev | yajl/ | yajl | yajl
  libyaml-dev | yaml.h | yaml | yaml-0.1 libyaml
  libzip-dev | zip.h | zip | libzip
  libzmq3-dev | zmq.h | zmq | libzmq
  libzstd-dev | zstd.h zdict.h | zstd | libzstd zstd
  linux-libc-dev | linux/ asm/ asm-generic/ | |
  ocl-icd-opencl-dev | CL/ OpenCL/ | OpenCL | opencl
  portaudio19-dev | portaudio.h | portaudio | portaudio-2.0
  python3-dev | Python.h | python3 python3.11 | python3 python-3.11 python3-embed
  tcl-dev | tcl.h tcl8.6/ | tcl tcl8.6 | tcl
  tk-dev | tk.h | tk tk8.6 | tk
  uuid-dev | uuid/ | uuid | uuid
  zlib1g-dev | zlib.h zconf.h | z | zlib
  """
