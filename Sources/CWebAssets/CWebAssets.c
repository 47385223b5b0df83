#include "CWebAssets.h"

const struct wright_web_asset wright_web_assets[] = {{"", (const unsigned char *)"", 0}};
const size_t wright_web_asset_count = 0;
